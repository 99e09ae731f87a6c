//! What can be taken away.

use std::fmt::Write as _;

use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, HtmlImageElement};

use super::browser::save_blob;
use crate::app::App;

/// What is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Download {
    /// The scenario.
    Toml,
    /// The report.
    Json,
    /// The series.
    Csv,
    /// The charts.
    Svg,
    /// The charts as a picture.
    Png,
}

/// All series of all variants, one value a line.
pub(crate) fn csv(app: &App) -> String {
    let mut text = String::from("variant,entity,series,seconds,value,half_width\n");
    for variant in &app.run.variants {
        for track in variant.series() {
            for (window, value) in track.values.iter().enumerate() {
                let at = variant.facts.series_from + window as f64 * variant.facts.window;
                let number = |it: Option<&f64>| {
                    it.filter(|it| it.is_finite()).map_or(String::new(), f64::to_string)
                };
                writeln!(
                    text,
                    "{},{},{},{at},{},{}",
                    quoted(&variant.facts.name),
                    quoted(&track.entity),
                    quoted(&track.name),
                    number(Some(value)),
                    number(track.half_widths.get(window)),
                )
                .expect("a string takes all that is written");
            }
        }
    }
    text
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// The charts under each other, with their look, as one picture that stands alone.
pub(crate) fn svg(app: &App) -> String {
    picture(app).0
}

fn picture(app: &App) -> (String, f64, f64) {
    let drawn = app.drawn.borrow();
    let mut inside = String::new();
    let (mut width, mut height) = (0.0, 0.0_f64);
    for column in drawn.columns.iter() {
        let mut y = 26.0;
        for chart in &column.charts {
            let tall = view_height(&chart.markup);
            let name = sim_plot::markup::el("text")
                .class("t k-ink")
                .attr("x", width + 4.0)
                .attr("y", y + 10.0);
            let name = name.text(&format!("{}, {} ({})", chart.title, chart.note, column.name));
            inside.push_str(sim_plot::markup::Markup::from(name).as_str());
            y += 14.0;
            let size = format!(
                "<svg x=\"{width:.0}\" y=\"{y:.0}\" width=\"{:.0}\" height=\"{tall:.0}\" ",
                column.width
            );
            inside.push_str(&chart.markup.replacen("<svg ", &size, 1));
            y += tall + 8.0;
        }
        width += column.width + 12.0;
        height = height.max(y);
    }
    let title = sim_plot::markup::el("text")
        .class("t b k-ink")
        .attr("x", 4)
        .attr("y", 16)
        .text(&app.run.title);
    let title = sim_plot::markup::Markup::from(title);
    let style = sim_plot::STYLE;
    let text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"sans-serif\"><style>{style}</style><rect width=\"100%\" height=\"100%\" fill=\"var(--surface)\"/>{}{inside}</svg>",
        title.as_str(),
    );
    (text, width, height)
}

/// The height that a chart's markup says of itself.
fn view_height(markup: &str) -> f64 {
    let size =
        markup.split("viewBox=\"").nth(1).and_then(|it| it.split('"').next()).unwrap_or_default();
    size.split(' ').nth(3).and_then(|it| it.parse().ok()).unwrap_or(0.0)
}

/// Draws the charts on a canvas of twice the size, and gives people that.
pub(crate) fn save_png(app: &App) {
    let (text, width, height) = picture(app);
    let Ok(image) = HtmlImageElement::new() else { return };
    let loaded = image.clone();
    let draw = Closure::once_into_js(move || {
        // A browser without canvases saves no picture.
        let _ = paint(&loaded, width, height);
    });
    image.set_onload(Some(draw.unchecked_ref()));
    let encoded = js_sys::encode_uri_component(&text);
    image.set_src(&format!("data:image/svg+xml;charset=utf-8,{}", String::from(encoded)));
}

fn paint(image: &HtmlImageElement, width: f64, height: f64) -> Option<()> {
    let document = web_sys::window()?.document()?;
    let canvas: HtmlCanvasElement = document.create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width((2.0 * width) as u32);
    canvas.set_height((2.0 * height) as u32);
    let pen: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    pen.scale(2.0, 2.0).ok()?;
    pen.draw_image_with_html_image_element(image, 0.0, 0.0).ok()?;
    let save = Closure::once_into_js(move |blob: JsValue| {
        if let Ok(blob) = blob.dyn_into::<Blob>() {
            save_blob("charts.png", &blob);
        }
    });
    canvas.to_blob(save.unchecked_ref()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_commas_stay_one_column() {
        assert_eq!(quoted("a -> b"), "a -> b");
        assert_eq!(quoted("a,\"b\""), "\"a,\"\"b\"\"\"");
    }

    #[test]
    fn the_height_is_read_from_the_picture() {
        assert_eq!(
            view_height("<svg class=\"chart\" viewBox=\"0 0 466 118.5\"><path/></svg>"),
            118.5
        );
        assert_eq!(view_height(""), 0.0);
    }
}

//! Who calls whom, from left to right: loads, services, the calls between them with what guards
//! them, and what breaks.

mod layout;

use self::layout::{Layout, Placed, Route};
use crate::canvas::{LABEL, TICK};
use crate::markup::{Element, Markup, el};
use crate::width::width;

/// Parts and the calls between them. Calls form no circle.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Topology {
    /// Loads and services.
    pub parts: Vec<Part>,
    /// Calls, those of one caller in order.
    pub calls: Vec<Call>,
}

/// A load or a service.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// What is to be said of it, in a few words.
    pub note: String,
    /// Whether it brings work instead of doing it.
    pub is_load: bool,
    /// The names of the faults that strike it.
    pub faults: Vec<String>,
}

/// A call, or a load's requests.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The caller, as its place among the parts.
    pub from: usize,
    /// The callee.
    pub to: usize,
    /// What guards it, outermost first, each in a word or two.
    pub words: Vec<String>,
    /// The names of the faults that strike it.
    pub faults: Vec<String>,
}

impl Topology {
    /// The picture, `pixels` wide where that is enough.
    pub fn draw(&self, pixels: f64, title: &str, description: &str) -> Markup {
        let layout = Layout::of(self, pixels);
        let routes = self.calls.iter().zip(&layout.routes).map(|(call, route)| edge(call, route));
        let parts = self.parts.iter().zip(&layout.parts).map(|(part, placed)| node(part, *placed));
        let view = format!("0 0 {:.0} {:.0}", layout.width, layout.height);
        let svg = el("svg").class("chart topology").attr("role", "img").attr("viewBox", view);
        let svg = svg.attr("width", format!("{:.0}", layout.width));
        let svg = svg.child(el("title").text(title)).child(el("desc").text(description));
        svg.children(routes).children(parts).into()
    }
}

/// Pixels between the lines of a label.
const LEADING: f64 = 13.0;
/// Pixels that words make room for above a tag.
const TAG: f64 = 5.0;
/// Names longer than so many characters are cut: the list beside the picture has them whole.
const LONGEST: usize = 32;

fn node(part: &Part, at: Placed) -> Element {
    let border = if part.faults.is_empty() { "k-line2" } else { "k-fail-l" };
    let frame = el("rect").class(&format!("node {border}")).attr("rx", 6);
    let frame =
        place(frame, at.x, at.top).attr("width", px(at.width)).attr("height", px(at.height));
    let frame = if part.is_load { frame.attr("stroke-dasharray", "4 3") } else { frame };
    let lines = node_lines(part);
    let first = at.top + at.height / 2.0 - LEADING * (lines as f64 - 1.0) / 2.0 + 4.0;
    let name = label(&shortened(&part.name), at.x + 10.0, first, "t b k-ink");
    let mut group = el("g").child(frame).child(name);
    let mut below = first + LEADING;
    if !part.note.is_empty() {
        group = group.child(label(&part.note, at.x + 10.0, below, "t s k-ink3"));
        below += LEADING;
    }
    for fault in &part.faults {
        group = group.child(tag(fault, at.x + 8.0, below - 8.0));
        below += LEADING + 3.0;
    }
    group
}

fn edge(call: &Call, route: &Route) -> Element {
    let ink = if call.faults.is_empty() { "k-line2" } else { "k-fail-l" };
    let line = el("path").class(&format!("l {ink}")).attr("stroke-width", 1.4);
    let line = line.attr("d", &route.path);
    let (x, y) = route.end;
    let head = el("path").class(&format!("a {ink}"));
    let head = head.attr("d", format!("M{},{}l-7,-3.5v7z", px(x), px(y)));
    let mut group = el("g").child(line).child(head);
    let above = if call.faults.is_empty() { 5.0 } else { 5.0 + TAG };
    let first = y - above - LEADING * (route.lines.len() as f64 - 1.0);
    for (index, text) in route.lines.iter().enumerate() {
        let below = first + LEADING * index as f64;
        group = group.child(label(text, route.label_x, below, "t s k-ink2"));
    }
    let mut from = route.label_x;
    for fault in &call.faults {
        group = group.child(tag(fault, from, y - 6.5));
        from += tag_width(fault) + 6.0;
    }
    group
}

/// A hatched tag with a name on clean ground.
fn tag(name: &str, x: f64, top: f64) -> Element {
    let width = tag_width(name);
    let ground = el("rect").class("tag").attr("rx", 3);
    let ground = place(ground, x, top).attr("width", px(width)).attr("height", 13);
    let hatch = [2.0, 5.5, 9.0].map(|it| format!("M{},{}l4,-9", px(x + it), px(top + 11.0)));
    let hatch = el("path").class("l k-fail-l").attr("stroke-width", 1.4).attr("d", hatch.concat());
    let name = label(&shortened(name), x + 16.0, top + 10.0, "t s k-fail-t");
    el("g").child(ground).child(hatch).child(name)
}

fn tag_width(name: &str) -> f64 {
    22.0 + text_width(&shortened(name), TICK)
}

fn label(text: &str, x: f64, base: f64, class: &str) -> Element {
    place(el("text").class(class), x, base).text(text)
}

fn place(element: Element, x: f64, y: f64) -> Element {
    element.attr("x", px(x)).attr("y", px(y))
}

/// Pixels to a tenth.
fn px(pixels: f64) -> String {
    let text = format!("{pixels:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// Lines of text in a node.
fn node_lines(part: &Part) -> usize {
    1 + usize::from(!part.note.is_empty()) + part.faults.len()
}

fn node_width(part: &Part) -> f64 {
    let name = text_width(&shortened(&part.name), LABEL + 10);
    let note = text_width(&part.note, TICK);
    let faults = part.faults.iter().map(|it| tag_width(it)).fold(0.0, f64::max);
    20.0 + name.max(note).max(faults)
}

/// Pixels that a text takes; its size is in grains.
fn text_width(text: &str, size: i32) -> f64 {
    width(text) * f64::from(size) / 10.0
}

fn shortened(name: &str) -> String {
    if name.chars().count() <= LONGEST {
        return name.to_owned();
    }
    name.chars().take(LONGEST - 1).chain(['…']).collect()
}

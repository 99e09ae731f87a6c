//! What the browser has to do that is no drawing.

use js_sys::Function;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, Element, HtmlAnchorElement, HtmlDialogElement, HtmlElement, Response,
    Url,
};
use yew::html::Scope;

use crate::app::{App, Msg};

/// An element by its id.
pub(crate) fn element(id: &str) -> Option<Element> {
    web_sys::window()?.document()?.get_element_by_id(id)
}

/// Gives an element the focus.
pub(crate) fn focus(id: &str) {
    if let Some(element) = element(id).and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        // What cannot have the focus leaves it where it is.
        let _ = element.focus();
    }
}

/// The look of charts, which downloaded pictures have too and so the program; the page's own is a file,
/// comes later and has the last word.
pub(crate) fn put_style(style: &str) {
    let document = web_sys::window().and_then(|it| it.document());
    let put = document.and_then(|it| {
        let element = it.create_element("style").ok()?;
        element.set_text_content(Some(style));
        it.head()?.prepend_with_node_1(&element).ok()
    });
    debug_assert!(put.is_some(), "a page has a head");
}

/// Whether people want little to move.
pub(crate) fn reduced_motion() -> bool {
    matches("(prefers-reduced-motion: reduce)")
}

fn matches(query: &str) -> bool {
    let window = web_sys::window();
    window.and_then(|it| it.match_media(query).ok().flatten()).is_some_and(|it| it.matches())
}

/// The colours of dots as they are now: sent, full, degraded, failed, refused.
pub(crate) fn colours() -> [String; 5] {
    let style = web_sys::window().and_then(|window| {
        let root = window.document()?.document_element()?;
        window.get_computed_style(&root).ok().flatten()
    });
    let names = ["--ink3", "--full-l", "--deg-l", "--fail-l", "--fail2-t"];
    names.map(|it| {
        let value = style.as_ref().and_then(|style| style.get_property_value(it).ok());
        value.map_or_else(|| "gray".to_owned(), |it| it.trim().to_owned())
    })
}

/// Light where it is dark, and dark where it is light.
pub(crate) fn switch_theme() {
    let root = web_sys::window().and_then(|it| it.document()).and_then(|it| it.document_element());
    let Some(root) = root else { return };
    let is_dark = match root.get_attribute("data-theme") {
        Some(theme) => theme == "dark",
        None => matches("(prefers-color-scheme: dark)"),
    };
    // A page whose theme cannot be set keeps the one it has.
    let _ = root.set_attribute("data-theme", if is_dark { "light" } else { "dark" });
}

/// The part of the address that holds the state.
pub(crate) fn address_hash() -> String {
    web_sys::window().and_then(|it| it.location().hash().ok()).unwrap_or_default()
}

/// Compresses as zlib does; nothing where the browser cannot.
pub(crate) async fn deflated(text: &str) -> Option<Vec<u8>> {
    let class: Function = js_sys::Reflect::get(&js_sys::global(), &"CompressionStream".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let stream = js_sys::Reflect::construct(&class, &js_sys::Array::of1(&"deflate".into())).ok()?;
    let from = Response::new_with_opt_str(Some(text)).ok()?.body()?;
    let to =
        Response::new_with_opt_readable_stream(Some(&from.pipe_through(stream.unchecked_ref())))
            .ok()?;
    let bytes = JsFuture::from(to.array_buffer().ok()?).await.ok()?;
    Some(js_sys::Uint8Array::new(&bytes).to_vec())
}

/// The text in small letters. The browser has the tables for that, and the module need not bring them.
pub(super) fn lowercase(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

/// Puts the state into the address, without a step back to what it was.
pub(crate) fn set_address(hash: &str) {
    let history = web_sys::window().and_then(|it| it.history().ok());
    // An address that cannot be set is still shown to be copied.
    let _ = history.map(|it| it.replace_state_with_url(&JsValue::NULL, "", Some(hash)));
}

/// The whole address.
pub(crate) fn address() -> String {
    web_sys::window().and_then(|it| it.location().href().ok()).unwrap_or_default()
}

/// Puts text where it can be pasted from.
pub(super) fn copy(text: &str) {
    if let Some(window) = web_sys::window() {
        // Where that is forbidden the text can be marked by hand.
        let _ = window.navigator().clipboard().write_text(text);
    }
}

/// Gives people a file.
pub(crate) fn save(name: &str, kind: &str, content: &str) {
    let parts = js_sys::Array::of1(&JsValue::from_str(content));
    let bag = BlobPropertyBag::new();
    bag.set_type(kind);
    if let Ok(blob) = Blob::new_with_str_sequence_and_options(&parts, &bag) {
        save_blob(name, &blob);
    }
}

/// Gives people a file.
pub(super) fn save_blob(name: &str, blob: &Blob) {
    let saved = Url::create_object_url_with_blob(blob).ok().and_then(|url| {
        let document = web_sys::window()?.document()?;
        let anchor: HtmlAnchorElement = document.create_element("a").ok()?.dyn_into().ok()?;
        anchor.set_href(&url);
        anchor.set_download(name);
        anchor.click();
        Url::revoke_object_url(&url).ok()
    });
    debug_assert!(saved.is_some(), "a browser that runs this can save a file");
}

/// Opens or closes the dialog, so that it has the focus and gives it back.
pub(crate) fn show_dialog(wanted: bool) {
    let Some(dialog) = element("dialog").and_then(|it| it.dyn_into::<HtmlDialogElement>().ok())
    else {
        return;
    };
    if wanted && !dialog.open() {
        // It is in the page and not open: nothing else could refuse it.
        let _ = dialog.show_modal();
    } else if !wanted && dialog.open() {
        dialog.close();
    }
}

/// Listens for keys, sizes and addresses for as long as the page is there.
pub(crate) fn listen(link: &Scope<App>) {
    let Some(window) = web_sys::window() else { return };
    on(&window, "keydown", {
        let link = link.clone();
        move |event| {
            if let Ok(event) = event.dyn_into() {
                link.send_message(Msg::Key(event));
            }
        }
    });
    on(&window, "resize", {
        let link = link.clone();
        move |_| link.send_message(Msg::Size)
    });
    on(&window, "hashchange", {
        let link = link.clone();
        move |_| link.send_message(Msg::Address)
    });
}

fn on(window: &web_sys::Window, event: &str, heard: impl FnMut(web_sys::Event) + 'static) {
    let closure = Closure::<dyn FnMut(web_sys::Event)>::new(heard);
    let added = window.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
    debug_assert!(added.is_ok(), "windows have events");
    closure.forget();
}

/// Pixels of an element, or some where it is not there yet.
pub(super) fn width_of(id: &str, otherwise: f64) -> f64 {
    let width = element(id).map_or(0.0, |it| f64::from(it.client_width()));
    if width > 0.0 { width } else { otherwise }
}

/// Pixels of the window.
pub(super) fn window_width() -> f64 {
    let width = web_sys::window().and_then(|it| it.inner_width().ok());
    width.and_then(|it| it.as_f64()).unwrap_or(1280.0)
}

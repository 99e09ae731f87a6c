//! Whatever text comes in, what comes out is read as that text and nothing else.

use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;
use sim_core::scenario::harmless_lines;
use sim_plot::markup::{Markup, el};
use sim_plot::topology::{Call, Part, Topology};
use sim_plot::{Fault, Frame, Ink, TimeLine, Windows};

/// Text with all that means something in markup, and all that turns or controls.
fn nasty() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("<script>alert(1)</script>".to_owned()),
        Just("]]>".to_owned()),
        Just("</style><!--".to_owned()),
        Just("\" onload='x".to_owned()),
        Just("&#x3c;&lt;&".to_owned()),
        Just("\u{202e}\u{2066}\u{feff}\u{0}\u{7f}\u{fffe}\r".to_owned()),
        any::<String>(),
    ];
    prop::collection::vec(piece, 0..5).prop_map(|it| it.concat())
}

/// The elements, attributes and text of markup, as a parser reads them.
fn read(markup: &str) -> (Vec<String>, Vec<String>, String) {
    let mut reader = Reader::from_str(markup);
    reader.config_mut().check_end_names = true;
    let (mut elements, mut values, mut text) = (Vec::new(), Vec::new(), String::new());
    loop {
        match reader.read_event().expect("it is well-formed") {
            Event::Start(it) | Event::Empty(it) => {
                elements.push(it.name().as_ref().to_owned());
                for attribute in it.attributes() {
                    let value = attribute.expect("it is well-formed").value;
                    values.push(quick_xml::escape::unescape(&value).expect("it is escaped").into());
                }
            }
            Event::Text(it) => text.push_str(&it),
            Event::GeneralRef(it) => {
                text.extend(["&", &*it, ";"]);
            }
            Event::End(_) => {}
            Event::Eof => break,
            other => panic!("nothing else is written: {other:?}"),
        }
    }
    (elements, values, quick_xml::escape::unescape(&text).expect("it is escaped").into())
}

/// What is to be read again of a text.
fn shown(text: &str) -> String {
    harmless_lines(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn text_and_attributes_are_read_as_they_were(text in nasty(), value in nasty()) {
        let markup = Markup::from(el("p").attr("title", &value).text(&text));
        let (elements, values, read) = read(markup.as_str());
        prop_assert_eq!(elements, ["p"]);
        prop_assert_eq!(&values[..], &[shown(&value)][..]);
        prop_assert_eq!(read, shown(&text));
    }

    #[test]
    fn charts_hold_shapes_and_text_only(name in nasty()) {
        let faults = vec![Fault { name: name.clone(), from: 10.0, to: 20.0 }];
        let time = TimeLine { from: 0.0, to: 60.0, faults };
        let frame = Frame {
            title: &name,
            description: &name,
            width: 494.0,
            height: 100.0,
            time: &time,
            names_faults: true,
            shows_times: true,
        };
        let part = sim_plot::stack::Part { name: name.clone(), ink: Ink::Full, values: vec![1.0; 6] };
        let windows = Windows { from: 0.0, width: 10.0 };
        let axis = sim_plot::axis::Axis::from_zero(1.0, sim_core::metric::Unit::PerSecond);
        let stack = sim_plot::stack::Stack { frame, windows, parts: &[part], lines: &[], axis };
        let part = |is_load| Part { name: name.clone(), note: name.clone(), is_load, faults: vec![name.clone()] };
        let call = Call { from: 0, to: 1, words: vec![name.clone()], faults: vec![name.clone()] };
        let topology = Topology { parts: vec![part(true), part(false)], calls: vec![call] };
        for drawn in [stack.draw(), topology.draw(1000.0, &name, &name)] {
            let (elements, _, _) = read(drawn.as_str());
            let known = ["svg", "title", "desc", "g", "path", "rect", "circle", "text"];
            for element in elements {
                prop_assert!(known.contains(&&*element), "{}", element);
            }
        }
    }
}

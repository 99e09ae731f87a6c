//! Where parts and calls are drawn: layers from left to right, each call in a lane of its own.
//!
//! A small version of the layered drawing of graphs: layers by the longest way from a load, rows in
//! the order of what calls them, lanes through the layers that a call passes by.
//!
//! Source: Sugiyama, Tagawa and Toda, "Methods for Visual Understanding of Hierarchical System
//! Structures", IEEE Transactions on Systems, Man, and Cybernetics 11(2), 1981.

use super::{Call, LEADING, TAG, Topology, node_lines, node_width, px, text_width};
use crate::canvas::TICK;
use sim_core::order;

/// A drawing without its marks.
pub(super) struct Layout {
    pub(super) width: f64,
    pub(super) height: f64,
    /// In the order of the topology's parts.
    pub(super) parts: Vec<Placed>,
    /// In the order of its calls.
    pub(super) routes: Vec<Route>,
}

/// Where a part is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Placed {
    pub(super) x: f64,
    pub(super) top: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// The way of a call.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Route {
    pub(super) path: String,
    /// Where it reaches the callee.
    pub(super) end: (f64, f64),
    /// Its words, wrapped.
    pub(super) lines: Vec<String>,
    pub(super) label_x: f64,
}

/// What stands in a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Item {
    Part(usize),
    /// A call that passes by.
    Lane(usize),
}

/// Pixels around the drawing, between rows, for a call to turn, and for a head.
const EDGE: f64 = 4.0;
const ROW_GAP: f64 = 12.0;
const TURN: f64 = 46.0;
const HEAD: f64 = 14.0;
/// Pixels of the shortest and longest way between layers.
const SHORTEST: f64 = 110.0;
const LONGEST: f64 = 560.0;
/// Pixels of a lane without words.
const LANE: f64 = 16.0;

impl Layout {
    pub(super) fn of(topology: &Topology, pixels: f64) -> Self {
        let depths = depths(topology);
        let layers = layers(topology, &depths);
        let columns = Columns::of(topology, &depths, layers.len(), pixels);
        let lines: Vec<_> = topology
            .calls
            .iter()
            .map(|it| wrapped(&it.words, columns.gaps[depths[it.to] - 1] - TURN - HEAD))
            .collect();
        let rows = Rows::of(topology, &layers, &lines);
        let parts: Vec<_> = (0..topology.parts.len())
            .map(|part| Placed {
                x: columns.left[depths[part]],
                top: rows.parts[part].0,
                width: columns.width[depths[part]],
                height: rows.parts[part].1,
            })
            .collect();
        let calls = topology.calls.iter().enumerate().zip(lines);
        let routes = calls
            .map(|((index, call), lines)| {
                let start = (parts[call.from], rows.outlet(topology, &layers, index));
                route(call, index, start, &depths, &columns, &rows, lines)
            })
            .collect();
        Self { width: columns.end + EDGE, height: rows.height + 2.0 * EDGE, parts, routes }
    }
}

/// The longest way from a part that nothing calls, in calls.
fn depths(topology: &Topology) -> Vec<usize> {
    let mut depths = vec![0; topology.parts.len()];
    // As often as the longest way can be long.
    for _ in 0..topology.parts.len() {
        for call in &topology.calls {
            depths[call.to] = depths[call.to].max(depths[call.from] + 1);
        }
    }
    // A circle would be deeper than there are parts.
    let deepest = topology.parts.len();
    depths.into_iter().map(|it| it.min(deepest)).collect()
}

/// What stands in each layer, from the top.
fn layers(topology: &Topology, depths: &[usize]) -> Vec<Vec<Item>> {
    let count = depths.iter().max().map_or(0, |it| it + 1);
    let mut layers: Vec<Vec<Item>> = vec![Vec::new(); count];
    for (part, depth) in depths.iter().enumerate() {
        layers[*depth].push(Item::Part(part));
    }
    for (index, call) in topology.calls.iter().enumerate() {
        for layer in &mut layers[depths[call.from] + 1..depths[call.to]] {
            layer.push(Item::Lane(index));
        }
    }
    for layer in 1..count {
        let (before, rest) = layers.split_at_mut(layer);
        let above = before.last().expect("there is one before");
        let centre = |it: &Item| centre(*it, above, topology);
        order::sort_by(&mut rest[0], |a, b| centre(a).total_cmp(&centre(b)));
    }
    layers
}

/// The mean row of what calls an item from the layer before it; calls of one caller in order.
fn centre(item: Item, above: &[Item], topology: &Topology) -> f64 {
    let count = topology.calls.len() as f64;
    let rows = topology.calls.iter().enumerate().filter_map(|(index, call)| {
        let comes = match item {
            Item::Part(part) => call.to == part,
            Item::Lane(lane) => lane == index,
        };
        let from = |it: &Item| *it == Item::Part(call.from) || *it == Item::Lane(index);
        let row = above.iter().position(from).filter(|_| comes)?;
        Some(row as f64 + index as f64 / count)
    });
    let (sum, count) = rows.fold((0.0, 0.0), |(sum, count), it| (sum + it, count + 1.0));
    if count > 0.0 { sum / count } else { f64::INFINITY }
}

/// Where layers begin.
struct Columns {
    left: Vec<f64>,
    width: Vec<f64>,
    gaps: Vec<f64>,
    end: f64,
}

impl Columns {
    fn of(topology: &Topology, depths: &[usize], count: usize, pixels: f64) -> Self {
        let mut width = vec![0.0_f64; count];
        for (part, depth) in topology.parts.iter().zip(depths) {
            width[*depth] = width[*depth].max(node_width(part));
        }
        let mut gaps = vec![SHORTEST; count.saturating_sub(1)];
        for call in &topology.calls {
            let gap = &mut gaps[depths[call.to] - 1];
            let words = text_width(&call.words.join(BETWEEN), TICK);
            *gap = gap.max((words + TURN + HEAD + 8.0).min(LONGEST));
        }
        let room = (pixels - 2.0 * EDGE - width.iter().sum::<f64>()).max(0.0);
        let all: f64 = gaps.iter().sum();
        if all > room {
            for gap in &mut gaps {
                *gap = (*gap * room / all).max(SHORTEST);
            }
        }
        let mut left = Vec::new();
        let mut x = EDGE;
        for (layer, width) in width.iter().enumerate() {
            left.push(x);
            x += width + gaps.get(layer).copied().unwrap_or(0.0);
        }
        Self { left, width, gaps, end: x }
    }
}

/// How high things stand.
struct Rows {
    height: f64,
    /// Top and height.
    parts: Vec<(f64, f64)>,
    /// Where each call reaches its callee.
    ends: Vec<f64>,
    /// Where each call passes by each layer.
    lanes: Vec<(usize, usize, f64)>,
}

impl Rows {
    fn of(topology: &Topology, layers: &[Vec<Item>], lines: &[Vec<String>]) -> Self {
        let lane = |index: usize| {
            let tag = if topology.calls[index].faults.is_empty() { 0.0 } else { TAG };
            LANE.max(LEADING * lines[index].len() as f64 + 12.0 + tag)
        };
        let incoming = |part: usize| {
            let calls = topology.calls.iter().enumerate().filter(move |it| it.1.to == part);
            calls.map(|it| it.0)
        };
        let height = |item: Item| match item {
            Item::Lane(_) => LANE,
            Item::Part(part) => {
                let own = 16.0 + (LEADING + 2.0) * node_lines(&topology.parts[part]) as f64;
                own.max(incoming(part).map(lane).sum())
            }
        };
        let total =
            |layer: &Vec<Item>| layer.iter().map(|it| height(*it) + ROW_GAP).sum::<f64>() - ROW_GAP;
        let mut rows = Self {
            height: layers.iter().map(total).fold(0.0, f64::max),
            parts: vec![(0.0, 0.0); topology.parts.len()],
            ends: vec![0.0; topology.calls.len()],
            lanes: Vec::new(),
        };
        for (depth, layer) in layers.iter().enumerate() {
            let mut top = EDGE + (rows.height - total(layer)) / 2.0;
            for item in layer {
                let height = height(*item);
                match *item {
                    Item::Lane(call) => rows.lanes.push((call, depth, top + height / 2.0)),
                    Item::Part(part) => {
                        rows.parts[part] = (top, height);
                        let all: f64 = incoming(part).map(lane).sum();
                        let mut from = top + (height - all) / 2.0;
                        for call in incoming(part) {
                            from += lane(call);
                            rows.ends[call] = from - 7.0;
                        }
                    }
                }
                top += height + ROW_GAP;
            }
        }
        rows
    }

    /// Where a call leaves its caller: in the order in which the calls reach the next layer.
    fn outlet(&self, topology: &Topology, layers: &[Vec<Item>], call: usize) -> f64 {
        let from = topology.calls[call].from;
        let depth = layers.iter().position(|it| it.contains(&Item::Part(from))).unwrap_or(0);
        let mut calls: Vec<_> =
            (0..topology.calls.len()).filter(|it| topology.calls[*it].from == from).collect();
        order::sort_by(&mut calls, |a, b| self.next(*a, depth).total_cmp(&self.next(*b, depth)));
        let (top, height) = self.parts[from];
        let rank = calls.iter().position(|it| *it == call).unwrap_or(0);
        top + height * (rank as f64 + 1.0) / (calls.len() as f64 + 1.0)
    }

    /// Where a call is in the layer after `depth`.
    fn next(&self, call: usize, depth: usize) -> f64 {
        let lane = self.lanes.iter().find(|it| it.0 == call && it.1 == depth + 1);
        lane.map_or(self.ends[call], |it| it.2)
    }
}

fn route(
    call: &Call,
    index: usize,
    (caller, outlet): (Placed, f64),
    depths: &[usize],
    columns: &Columns,
    rows: &Rows,
    lines: Vec<String>,
) -> Route {
    let mut x = caller.x + caller.width;
    let mut path = format!("M{},{}", px(x), px(outlet));
    let mut y = outlet;
    for depth in depths[call.from] + 1..=depths[call.to] {
        let next = rows.next(index, depth - 1);
        let from = columns.left[depth - 1] + columns.width[depth - 1];
        let turned = from + TURN - 6.0;
        path.push_str(&horizontal(from));
        path.push_str(&curve(from, y, turned, next));
        (x, y) = (turned, next);
    }
    let end = (columns.left[depths[call.to]], y);
    path.push_str(&horizontal(end.0 - 5.0));
    Route { path, end, lines, label_x: x + 2.0 }
}

fn horizontal(x: f64) -> String {
    format!("H{}", px(x))
}

fn curve(x0: f64, y0: f64, x1: f64, y1: f64) -> String {
    let middle = px(f64::midpoint(x0, x1));
    format!("C{middle},{} {middle},{} {},{}", px(y0), px(y1), px(x1), px(y1))
}

/// Between words on a line.
const BETWEEN: &str = "  ·  ";

/// Words on lines that are no wider than `pixels`, unless a word is.
fn wrapped(words: &[String], pixels: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if text_width(&format!("{line}{BETWEEN}{word}"), TICK) <= pixels => {
                line.push_str(BETWEEN);
                line.push_str(word);
            }
            _ => lines.push(word.clone()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::super::Part;
    use super::*;

    fn topology(parts: usize, calls: &[(usize, usize)]) -> Topology {
        let part = |index: usize| Part {
            name: format!("part-{index}"),
            note: String::new(),
            is_load: index == 0,
            faults: Vec::new(),
        };
        let words = vec!["retry 3".to_owned(), "timeout 1 s".to_owned()];
        let call = |(from, to): &(usize, usize)| Call {
            from: *from,
            to: *to,
            words: words.clone(),
            faults: Vec::new(),
        };
        Topology { parts: (0..parts).map(part).collect(), calls: calls.iter().map(call).collect() }
    }

    #[test]
    fn callees_stand_right_of_all_their_callers() {
        let topology = topology(5, &[(0, 1), (1, 2), (1, 3), (2, 3), (3, 4), (1, 4)]);
        let layout = Layout::of(&topology, 1000.0);
        for call in &topology.calls {
            let (from, to) = (layout.parts[call.from], layout.parts[call.to]);
            assert!(from.x + from.width < to.x, "{call:?}");
        }
    }

    #[test]
    fn nothing_covers_anything_in_its_layer() {
        let topology = topology(6, &[(0, 1), (1, 2), (1, 3), (1, 4), (1, 5), (2, 5)]);
        let layout = Layout::of(&topology, 800.0);
        for (index, a) in layout.parts.iter().enumerate() {
            assert!(a.top >= 0.0 && a.top + a.height <= layout.height);
            for b in &layout.parts[index + 1..] {
                let apart = a.top + a.height <= b.top || b.top + b.height <= a.top || a.x != b.x;
                assert!(apart, "{a:?} {b:?}");
            }
        }
        let mut ends: Vec<_> =
            layout.routes.iter().map(|it| (it.end.0 as i64, it.end.1 as i64)).collect();
        ends.sort_unstable();
        ends.dedup();
        assert_eq!(ends.len(), topology.calls.len(), "each call has a lane of its own");
    }

    #[test]
    fn words_are_wrapped_between_them() {
        let words: Vec<_> = ["fallback", "breaker", "bulkhead 260"].map(str::to_owned).to_vec();
        assert_eq!(wrapped(&words, 1000.0).len(), 1);
        assert_eq!(wrapped(&words, 1.0), words);
    }
}

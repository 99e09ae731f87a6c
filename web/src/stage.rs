//! Where the parts of the picture are: loads, services, and calls in lanes between them.

use crate::protocol::{Facts, Way};
use sim_core::order;

/// Pixels.
const LOAD: f64 = 112.0;
const SERVICE: f64 = 148.0;
const GAP: f64 = 222.0;
const GAP_OF_LOADS: f64 = 84.0;
const EDGE: f64 = 10.0;
const LANE: f64 = 30.0;
const LANE_WITH_POLICIES: f64 = 66.0;
const BETWEEN: f64 = 14.0;
/// From the caller to where a lane begins.
const TURN: f64 = 46.0;
/// Points of a way.
const POINTS: usize = 24;

/// A rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Placed {
    /// Its left end.
    pub(crate) x: f64,
    /// Its top.
    pub(crate) top: f64,
    /// Its width.
    pub(crate) width: f64,
    /// Its height.
    pub(crate) height: f64,
}

impl Placed {
    fn right(self) -> f64 {
        self.x + self.width
    }

    fn middle(self) -> f64 {
        self.top + self.height / 2.0
    }
}

/// A call's way.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Lane {
    /// The line, as the data of a path.
    pub(crate) path: String,
    /// Where its straight part begins.
    pub(crate) x: f64,
    /// Its height.
    pub(crate) y: f64,
    /// Where it ends.
    pub(crate) end: f64,
    points: Vec<(f64, f64)>,
}

impl Lane {
    /// The place at a share of the way, 0 to 1.
    pub(crate) fn at(&self, share: f64) -> (f64, f64) {
        let share = share.clamp(0.0, 1.0) * (self.points.len().saturating_sub(1)) as f64;
        let index = share as usize;
        let Some(from) = self.points.get(index) else { return (0.0, 0.0) };
        let to = self.points.get(index + 1).unwrap_or(from);
        let rest = share - index as f64;
        (from.0 + rest * (to.0 - from.0), from.1 + rest * (to.1 - from.1))
    }
}

/// The picture without its marks.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Stage {
    /// Pixels.
    pub(crate) width: f64,
    /// Pixels.
    pub(crate) height: f64,
    /// In the order of the facts.
    pub(crate) loads: Vec<Placed>,
    /// In the order of the facts.
    pub(crate) services: Vec<Placed>,
    /// Of loads.
    pub(crate) asks: Vec<Lane>,
    /// Of calls.
    pub(crate) calls: Vec<Lane>,
}

impl Stage {
    /// The way of something that moves.
    pub(crate) fn lane(&self, way: Way) -> Option<&Lane> {
        match way {
            Way::Load(it) => self.asks.get(usize::from(it)),
            Way::Call(it) => self.calls.get(usize::from(it)),
        }
    }

    /// The stage of a variant.
    pub(crate) fn of(facts: &Facts) -> Self {
        let depths = depths(facts);
        let columns = depths.iter().max().map_or(0, |it| it + 1);
        let left = |depth: usize| EDGE + LOAD + GAP_OF_LOADS + depth as f64 * (SERVICE + GAP);
        let mut stage = Self {
            width: left(columns.max(1) - 1) + SERVICE + EDGE,
            services: vec![Placed::default(); facts.services.len()],
            calls: vec![Lane::default(); facts.calls.len()],
            ..Self::default()
        };
        let heights: Vec<f64> =
            (0..columns).map(|it| stage.column(facts, &depths, it, left(it))).collect();
        let most = heights.iter().copied().fold(90.0 * facts.loads.len() as f64, f64::max);
        stage.height = most + 2.0 * EDGE;
        for (depth, height) in heights.iter().enumerate() {
            let down = EDGE + (most - height) / 2.0;
            for (service, placed) in stage.services.iter_mut().enumerate() {
                placed.top += if depths[service] == depth { down } else { 0.0 };
            }
            for (call, lane) in stage.calls.iter_mut().enumerate() {
                lane.y += if depths[facts.calls[call].to] == depth { down } else { 0.0 };
            }
        }
        stage.draw_loads(facts, most);
        stage.draw_lanes(facts);
        stage
    }

    /// Puts the services of a column under each other, with their lanes; its height.
    fn column(&mut self, facts: &Facts, depths: &[usize], depth: usize, x: f64) -> f64 {
        let mut top = 0.0;
        let mut services: Vec<usize> =
            (0..depths.len()).filter(|it| depths[*it] == depth).collect();
        let first = |service: &usize| facts.calls.iter().position(|it| it.to == *service);
        order::sort_by_key(&mut services, first);
        for service in services {
            let lanes = facts.calls.iter().enumerate().filter(|it| it.1.to == service);
            let lanes: Vec<(usize, f64)> = lanes
                .map(|(index, it)| {
                    let tall = it.pool.is_some() || it.breakers > 0;
                    (index, if tall { LANE_WITH_POLICIES } else { LANE })
                })
                .collect();
            let inside: f64 = lanes.iter().map(|it| it.1).sum();
            let own = if facts.services[service].queue == Some(0) { 52.0 } else { 62.0 };
            let height = inside.max(own);
            let mut y = top + (height - inside) / 2.0;
            for (index, tall) in lanes {
                self.calls[index].y = y + tall / 2.0;
                y += tall;
            }
            self.services[service] =
                Placed { x, top: top + (height - own) / 2.0, width: SERVICE, height: own };
            top += height + BETWEEN;
        }
        top - BETWEEN
    }

    fn draw_loads(&mut self, facts: &Facts, most: f64) {
        let each = most / facts.loads.len().max(1) as f64;
        for (index, load) in facts.loads.iter().enumerate() {
            let middle = if facts.loads.len() == 1 {
                self.services[load.to].middle()
            } else {
                EDGE + each * (index as f64 + 0.5)
            };
            let placed = Placed { x: EDGE, top: middle - 23.0, width: LOAD, height: 46.0 };
            let to = self.services[load.to];
            let end = (to.x, (middle).clamp(to.top + 12.0, to.top + to.height - 12.0));
            self.loads.push(placed);
            self.asks.push(lane(
                (placed.right(), middle),
                (to.x - 14.0).max(placed.right() + 30.0),
                end.1,
                end,
            ));
        }
    }

    fn draw_lanes(&mut self, facts: &Facts) {
        let leaving =
            |service: usize| facts.calls.iter().filter(move |it| it.from == service).count();
        let mut left = vec![0; facts.services.len()];
        for (index, call) in facts.calls.iter().enumerate() {
            let (from, to) = (self.services[call.from], self.services[call.to]);
            left[call.from] += 1;
            let share = f64::from(left[call.from]) / (leaving(call.from) as f64 + 1.0);
            let start = (from.right(), from.top + from.height * share);
            let y = self.calls[index].y;
            let end = (to.x, y.clamp(to.top + 8.0, to.top + to.height - 8.0));
            // A call that passes a column turns where its lane begins.
            let turn = (to.x - GAP + TURN).max(start.0 + TURN);
            self.calls[index] = lane(start, turn, y, end);
        }
    }
}

/// A way that turns up to `turn`, goes straight at the height of `y`, and ends.
fn lane(start: (f64, f64), turn: f64, y: f64, end: (f64, f64)) -> Lane {
    let middle = f64::midpoint(start.0, turn);
    let last = end.0 - 12.0;
    let path = format!(
        "M{:.1},{:.1}C{middle:.1},{:.1} {middle:.1},{y:.1} {turn:.1},{y:.1}L{last:.1},{y:.1}L{:.1},{:.1}",
        start.0, start.1, start.1, end.0, end.1,
    );
    let curve = (0..=POINTS).map(|it| {
        let t = it as f64 / POINTS as f64;
        let s = 1.0 - t;
        let bend = |from: f64, one: f64, two: f64, to: f64| {
            s * s * s * from + 3.0 * s * s * t * one + 3.0 * s * t * t * two + t * t * t * to
        };
        (bend(start.0, middle, middle, turn), bend(start.1, start.1, y, y))
    });
    let straight = (1..=POINTS).map(|it| (turn + (last - turn) * it as f64 / POINTS as f64, y));
    let points = curve.chain(straight).chain([end]).collect();
    Lane { path, x: turn, y, end: end.0, points }
}

/// How many calls lie between the loads and each service, at most.
fn depths(facts: &Facts) -> Vec<usize> {
    let mut depths = vec![0; facts.services.len()];
    // Calls form no circle: no way is longer than there are services.
    for _ in 0..facts.services.len() {
        for call in &facts.calls {
            depths[call.to] = depths[call.to].max(depths[call.from] + 1);
        }
    }
    depths
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{CallFacts, LoadFacts, ServiceFacts};

    fn facts(services: usize, calls: &[(usize, usize)]) -> Facts {
        let service =
            |it| ServiceFacts { name: format!("s{it}"), instances: 1, workers: None, queue: None };
        let call = |it: &(usize, usize)| CallFacts {
            name: String::new(),
            from: it.0,
            to: it.1,
            layers: Vec::new(),
            pool: Some(0),
            breakers: 1,
        };
        let load = LoadFacts { name: "l".to_owned(), to: 0, deadline: None, note: String::new() };
        Facts {
            services: (0..services).map(service).collect(),
            calls: calls.iter().map(call).collect(),
            loads: vec![load],
            ..Facts::default()
        }
    }

    #[test]
    fn nothing_covers_anything_else() {
        let stage = Stage::of(&facts(5, &[(0, 1), (0, 2), (1, 3), (2, 3), (0, 4), (3, 4)]));
        let all: Vec<_> = stage.loads.iter().chain(&stage.services).collect();
        for (index, one) in all.iter().enumerate() {
            assert!(one.x >= 0.0 && one.right() <= stage.width, "{one:?}");
            assert!(one.top >= 0.0 && one.top + one.height <= stage.height, "{one:?}");
            for other in &all[index + 1..] {
                let beside = one.right() <= other.x || other.right() <= one.x;
                let below =
                    one.top + one.height <= other.top || other.top + other.height <= one.top;
                assert!(beside || below, "{one:?} {other:?}");
            }
        }
    }

    #[test]
    fn a_way_leads_from_the_caller_to_the_callee() {
        let stage = Stage::of(&facts(3, &[(0, 1), (1, 2), (0, 2)]));
        for (call, (from, to)) in stage.calls.iter().zip([(0, 1), (1, 2), (0, 2)]) {
            let (from, to) = (stage.services[from], stage.services[to]);
            assert_eq!(call.at(0.0).0, from.right());
            assert_eq!(call.at(1.0).0, to.x);
            assert!(call.at(0.5).0 > from.right() && call.at(0.5).0 < to.x);
        }
        assert!(stage.services[2].x > stage.services[1].x, "by the longest way");
    }
}

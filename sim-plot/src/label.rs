//! Finding room for direct labels.

use crate::canvas::{GRAINS, LABEL};
use crate::width::width;

/// A rectangle on the canvas, in grains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Patch {
    pub(crate) left: i32,
    pub(crate) right: i32,
    pub(crate) top: i32,
    pub(crate) bottom: i32,
}

impl Patch {
    /// The room that a label takes whose left end of the base line is at a point.
    pub(crate) fn of(text: &str, left: i32, base: i32) -> Self {
        let right = left + label_width(text);
        Self { left, right, top: base - LABEL, bottom: base + LABEL / 4 }
    }

    fn meets(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    /// How far it is from another above or below it, in grains; far from what is beside it.
    fn clearance(&self, other: &Self) -> i32 {
        if self.left >= other.right || other.left >= self.right {
            return i32::MAX;
        }
        (self.top - other.bottom).max(other.top - self.bottom)
    }

    fn within(&self, outer: &Self) -> bool {
        self.left >= outer.left
            && self.right <= outer.right
            && self.top >= outer.top
            && self.bottom <= outer.bottom
    }
}

/// The width of a label, in grains.
pub(crate) fn label_width(text: &str) -> i32 {
    (width(text) * f64::from(LABEL)).ceil() as i32
}

/// A line on a canvas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LineId(usize);

/// Lines further from a label than this, in grains, are not taken for its own.
const FAR: i32 = 40 * GRAINS;

/// What is taken on a canvas.
#[derive(Clone, Debug)]
pub(crate) struct Room {
    bounds: Patch,
    /// With the line under which a patch lies, where it lies under one.
    taken: Vec<(Option<LineId>, Patch)>,
    lines: usize,
}

impl Room {
    /// An empty canvas.
    pub(crate) fn new(bounds: Patch) -> Self {
        Self { bounds, taken: Vec::new(), lines: 0 }
    }

    /// Takes a patch, where it is free.
    pub(crate) fn take(&mut self, patch: Patch) -> bool {
        let free = self.is_free(&patch);
        if free {
            self.taken.push((None, patch));
        }
        free
    }

    /// A line that is yet to be drawn.
    pub(crate) fn new_line(&mut self) -> LineId {
        self.lines += 1;
        LineId(self.lines)
    }

    /// Takes the patches under a stretch of a line, whatever is there.
    pub(crate) fn line(&mut self, id: LineId, points: &[(i32, i32)]) {
        for pair in points.windows(2) {
            let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
            let (left, right) = (x0.min(x1), x0.max(x1) + 1);
            let (top, bottom) = (y0.min(y1) - GRAINS, y0.max(y1) + GRAINS);
            self.taken.push((Some(id), Patch { left, right, top, bottom }));
        }
    }

    fn is_free(&self, patch: &Patch) -> bool {
        patch.within(&self.bounds) && !self.taken.iter().any(|it| it.1.meets(patch))
    }

    /// Room for a label just above or below a line, as near to it and as far from all others as may
    /// be: the left end of its base line, which is taken.
    pub(crate) fn beside(
        &mut self,
        text: &str,
        id: LineId,
        points: &[(i32, i32)],
    ) -> Option<(i32, i32)> {
        let some = || points.iter().step_by(points.len().div_ceil(60).max(1));
        for distance in [4, 8, 14, 22, 32].map(|it| it * GRAINS) {
            let sides = |y: i32| [y - distance, y + distance + LABEL * 3 / 4];
            let places = some().flat_map(|(x, y)| sides(*y).map(|base| (*x, base)));
            let free = places.filter(|it| self.is_free(&Patch::of(text, it.0, it.1)));
            // Of equals the first.
            let best = free.rev().max_by_key(|it| self.clearance(id, &Patch::of(text, it.0, it.1)));
            if let Some(place) = best {
                self.take(Patch::of(text, place.0, place.1));
                return Some(place);
            }
        }
        None
    }

    /// How far a patch is from the nearest other line.
    fn clearance(&self, id: LineId, patch: &Patch) -> i32 {
        let others = self.taken.iter().filter(|it| it.0.is_some_and(|it| it != id));
        others.map(|it| patch.clearance(&it.1)).fold(FAR, i32::min)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANVAS: Patch = Patch { left: 0, right: 4000, top: 0, bottom: 1000 };

    #[test]
    fn labels_cover_neither_lines_nor_each_other() {
        let mut room = Room::new(CANVAS);
        let flat = [(0, 500), (4000, 500)];
        let id = room.new_line();
        room.line(id, &flat);
        let first = room.beside("p50", id, &flat).unwrap();
        let second = room.beside("p99", id, &flat).unwrap();
        assert_ne!(first, second);
        let patches = [Patch::of("p50", first.0, first.1), Patch::of("p99", second.0, second.1)];
        assert!(!patches[0].meets(&patches[1]));
        assert!(patches.iter().all(|it| it.bottom <= 490 || it.top >= 510));
    }

    #[test]
    fn where_there_is_no_room_there_is_no_label() {
        let mut room = Room::new(Patch { bottom: 60, ..CANVAS });
        let id = room.new_line();
        assert_eq!(room.beside("p50", id, &[(0, 30), (4000, 30)]), None);
    }

    #[test]
    fn labels_keep_away_from_other_lines() {
        let mut room = Room::new(CANVAS);
        let (own, other) = (room.new_line(), room.new_line());
        let line: Vec<_> = (0..40).map(|it| (it * 100, 500)).collect();
        room.line(own, &line);
        // The other comes from far above and runs close by.
        room.line(other, &[(0, 100), (2000, 100)]);
        room.line(other, &[(2000, 350), (4000, 350)]);
        let (x, _) = room.beside("p50", own, &line).unwrap();
        assert!(x < 2000, "{x}");
    }
}

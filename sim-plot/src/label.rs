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

/// What is taken on a canvas.
#[derive(Clone, Debug)]
pub(crate) struct Room {
    bounds: Patch,
    taken: Vec<Patch>,
}

impl Room {
    /// An empty canvas.
    pub(crate) fn new(bounds: Patch) -> Self {
        Self { bounds, taken: Vec::new() }
    }

    /// Takes a patch, where it is free.
    pub(crate) fn take(&mut self, patch: Patch) -> bool {
        let free = self.is_free(&patch);
        if free {
            self.taken.push(patch);
        }
        free
    }

    /// Takes the patches under a line, whatever is there.
    pub(crate) fn line(&mut self, points: &[(i32, i32)]) {
        for pair in points.windows(2) {
            let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
            let (left, right) = (x0.min(x1), x0.max(x1) + 1);
            let (top, bottom) = (y0.min(y1) - GRAINS, y0.max(y1) + GRAINS);
            self.taken.push(Patch { left, right, top, bottom });
        }
    }

    fn is_free(&self, patch: &Patch) -> bool {
        patch.within(&self.bounds) && !self.taken.iter().any(|it| it.meets(patch))
    }

    /// Room for a label just above or below a line, as near to it as may be: the left end of its
    /// base line, which is taken.
    pub(crate) fn beside(&mut self, text: &str, points: &[(i32, i32)]) -> Option<(i32, i32)> {
        let distances = [4, 8, 14, 22, 32].map(|it| it * GRAINS);
        for distance in distances {
            for (x, y) in points.iter().step_by(points.len().div_ceil(60).max(1)) {
                for base in [y - distance, y + distance + LABEL * 3 / 4] {
                    if self.take(Patch::of(text, *x, base)) {
                        return Some((*x, base));
                    }
                }
            }
        }
        None
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
        room.line(&flat);
        let first = room.beside("p50", &flat).unwrap();
        let second = room.beside("p99", &flat).unwrap();
        assert_ne!(first, second);
        let patches = [Patch::of("p50", first.0, first.1), Patch::of("p99", second.0, second.1)];
        assert!(!patches[0].meets(&patches[1]));
        assert!(patches.iter().all(|it| it.bottom <= 490 || it.top >= 510));
    }

    #[test]
    fn where_there_is_no_room_there_is_no_label() {
        let mut room = Room::new(Patch { bottom: 60, ..CANVAS });
        assert_eq!(room.beside("p50", &[(0, 30), (4000, 30)]), None);
    }
}

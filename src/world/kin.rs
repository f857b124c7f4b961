//! What households took along of their kin's memory when they left: one copy for all who left a lineage between two of its
//! harms, which fades as the lineage's own does.
use crate::index::{Bloc, Grid, Household, Id, Map, Place, Segment};

/// A household away from home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Away {
    /// Which.
    pub household: Household,
    /// The copy of its kin's memory that it took along; 0 for none.
    pub copy: u32,
}

/// The displaced, by home and host.
pub type Displaced = Grid<Place, Place, Vec<Away>>;

/// Not looked at since the lineage's memory changed.
const UNKNOWN: u32 = u32::MAX;

/// Copies of lineages' slow grievance, in its stored units.
#[derive(Clone, Debug, PartialEq)]
pub struct Copies {
    rows: Vec<f32>,
    slots: usize,
    /// The copy that is still as the lineage's memory is now, or that there is nothing to copy.
    current: Map<Segment, u32>,
}

impl Copies {
    /// Nobody has left yet.
    #[must_use]
    pub fn new(segments: usize, slots: usize) -> Self {
        Self { rows: Vec::new(), slots, current: Map::filled(segments, UNKNOWN) }
    }

    /// The copy that somebody of a lineage takes along, whose memory stands in `slow`.
    #[inline]
    pub fn take(&mut self, segment: Segment, slow: &Grid<Segment, Bloc, f32>) -> u32 {
        match self.current[segment] {
            UNKNOWN => self.renew(segment, slow.row(segment)),
            current => current,
        }
    }

    /// Copies the memory of a lineage, if there is any.
    fn renew(&mut self, segment: Segment, slow: &[f32]) -> u32 {
        let current = &mut self.current[segment];
        *current = 0;
        if slow.iter().any(|&x| x > 0.0) {
            self.rows.extend_from_slice(slow);
            *current = (self.rows.len() / self.slots) as u32;
        }
        *current
    }

    /// Reads which copies lineages have, as [`World::fetch`](super::World::fetch) reads rows.
    pub fn fetch(&self, segments: impl Iterator<Item = Segment>) {
        std::hint::black_box(segments.fold(0, |sum, segment| sum ^ self.current[segment]));
    }

    /// The memory of a lineage has changed: who leaves from now on takes another copy.
    pub fn outdated(&mut self, segment: Segment) {
        self.current[segment] = UNKNOWN;
    }

    /// A copy, by bloc; none where nothing was taken along.
    #[must_use]
    pub fn row(&self, copy: u32) -> Option<&[f32]> {
        let end = copy as usize * self.slots;
        (end > 0).then(|| &self.rows[end - self.slots..end])
    }

    /// Copies the memory of one bloc onto a slot (an open break).
    pub fn copy_memory(&mut self, from: Bloc, to: Bloc) {
        for row in self.rows.chunks_mut(self.slots) {
            row[to.at()] = row[from.at()];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_who_leave_between_two_harms_share_a_copy() {
        let mut copies = Copies::new(2, 2);
        let mut slow = Grid::filled(2, 2, 0.0);
        assert_eq!(copies.take(Segment(0), &slow), 0);
        // Not looked at again before it is said to have changed.
        slow[(Segment(0), Bloc(0))] = 0.5;
        assert_eq!(copies.take(Segment(0), &slow), 0);
        copies.outdated(Segment(0));
        let first = copies.take(Segment(0), &slow);
        assert_eq!(copies.take(Segment(0), &slow), first);
        slow.row_mut(Segment(0)).copy_from_slice(&[0.7, 0.1]);
        copies.outdated(Segment(0));
        let second = copies.take(Segment(0), &slow);
        assert_ne!(first, second);
        copies.copy_memory(Bloc(0), Bloc(1));
        assert_eq!((copies.row(first), copies.row(second), copies.row(0)), (Some(&[0.5, 0.5][..]), Some(&[0.7, 0.7][..]), None));
    }
}

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

/// The displaced, by home and host. Lengths stand apart, close together: who is looked for is found without opening the lists.
#[derive(Clone, Debug, PartialEq)]
pub struct Displaced {
    lists: Grid<Place, Place, Vec<Away>>,
    lengths: Grid<Place, Place, u32>,
}

impl Displaced {
    /// Nobody away, from so many homes to so many hosts.
    #[must_use]
    pub fn none(homes: usize, hosts: usize) -> Self {
        Self { lists: Grid::filled(homes, hosts, Vec::new()), lengths: Grid::filled(homes, hosts, 0) }
    }
    /// Homes.
    pub fn homes(&self) -> impl Iterator<Item = Place> + use<> {
        (0..self.lists.rows()).map(Place::from_at)
    }
    /// The lists of a home, by host.
    #[must_use]
    pub fn row(&self, home: Place) -> &[Vec<Away>] {
        self.lists.row(home)
    }
    /// Lengths of the lists of a home, by host.
    #[must_use]
    pub fn lengths(&self, home: Place) -> &[u32] {
        self.lengths.row(home)
    }
    /// Adds a household at the end of a list.
    pub fn push(&mut self, way: (Place, Place), away: Away) {
        self.lists[way].push(away);
        self.lengths[way] += 1;
    }
    /// Takes one out of a list; the last takes its position.
    ///
    /// # Panics
    /// If the list is not longer than `at`.
    pub fn take(&mut self, way: (Place, Place), at: usize) -> Away {
        self.lengths[way] -= 1;
        self.lists[way].swap_remove(at)
    }
    /// Households from a home in a host.
    #[must_use]
    pub fn count(&self, way: (Place, Place)) -> u32 {
        self.lengths[way]
    }
}

impl std::ops::Index<(Place, Place)> for Displaced {
    type Output = Vec<Away>;
    fn index(&self, way: (Place, Place)) -> &Vec<Away> {
        &self.lists[way]
    }
}

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

    /// The copy that somebody of a lineage takes along, whose memory is `slow`.
    pub fn take(&mut self, segment: Segment, slow: &[f32]) -> u32 {
        let current = &mut self.current[segment];
        if *current == UNKNOWN {
            *current = 0;
            if slow.iter().any(|&x| x > 0.0) {
                self.rows.extend_from_slice(slow);
                *current = (self.rows.len() / self.slots) as u32;
            }
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
        assert_eq!(copies.take(Segment(0), &[0.0, 0.0]), 0);
        copies.outdated(Segment(0));
        let first = copies.take(Segment(0), &[0.5, 0.0]);
        assert_eq!(copies.take(Segment(0), &[0.5, 0.0]), first);
        copies.outdated(Segment(0));
        let second = copies.take(Segment(0), &[0.7, 0.1]);
        assert_ne!(first, second);
        copies.copy_memory(Bloc(0), Bloc(1));
        assert_eq!((copies.row(first), copies.row(second), copies.row(0)), (Some(&[0.5, 0.5][..]), Some(&[0.7, 0.7][..]), None));
    }
}

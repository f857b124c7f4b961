//! Households leave home, move on and come back: where they are, the lists of the displaced and the counts of people are kept together.
use super::kin::{Away, Copies};
use super::{Households, Template, World};
use crate::index::{Bloc, Community, Grid, Household, Id, Place, Segment};

/// Moves of households of one home: what is the same for all of them is looked up once.
#[derive(Debug)]
pub struct Moves<'a> {
    home: Place,
    /// Persons that one of each community of the home stands for.
    weights: &'a [f64],
    people: &'a mut Households,
    /// The displaced of the home, by host.
    lists: &'a mut [Vec<Away>],
    /// Persons present, by place and community, and where those at home begin.
    present: &'a mut [f64],
    at_home: usize,
    communities: usize,
    away: &'a mut [f64],
    slow: &'a Grid<Segment, Bloc, f32>,
    copies: &'a mut Copies,
}

impl World {
    /// Moves of households of a home.
    #[must_use]
    pub fn moves<'a>(&'a mut self, template: &'a Template, home: Place) -> Moves<'a> {
        Moves {
            home,
            weights: template.weights(home),
            people: &mut self.people,
            lists: self.lists.row_mut(home),
            at_home: home.at() * self.present.columns(),
            communities: self.present.columns(),
            present: self.present.values_mut(),
            away: self.away.row_mut(home),
            slow: &self.slow,
            copies: &mut self.copies,
        }
    }
}

impl Moves<'_> {
    /// Whether a household is at home.
    #[must_use]
    #[inline]
    pub fn is_at_home(&self, household: Household) -> bool {
        self.people.is_at_home(household)
    }

    /// A household of a lineage leaves home for a place, with what its kin remember now.
    #[inline]
    pub fn leave(&mut self, household: Household, (segment, community): (Segment, Community), to: Place) {
        debug_assert!(self.people.at(household) == self.home && to != self.home, "{household:?} leaves its home for another place");
        let copy = self.copies.take(segment, self.slow);
        let persons = f64::from(self.people.put(household, to, false)) * self.weights[community.at()];
        self.present[self.at_home + community.at()] -= persons;
        self.present[to.at() * self.communities + community.at()] += persons;
        self.away[community.at()] += persons;
        self.lists[to.at()].push(Away { household, copy });
    }

    /// The household at a position of the list of a host comes home; the last takes its position.
    #[inline(always)]
    pub fn come_home(&mut self, household: Household, community: Community, (host, at): (Place, usize)) {
        debug_assert!(self.people.at(household) == host, "{household:?} is not where it leaves");
        let listed = self.lists[host.at()].swap_remove(at);
        debug_assert_eq!(listed.household, household);
        let persons = f64::from(self.people.put(household, self.home, true)) * self.weights[community.at()];
        self.present[host.at() * self.communities + community.at()] -= persons;
        self.present[self.at_home + community.at()] += persons;
        self.away[community.at()] -= persons;
    }

    /// The household at a position of the list of a host moves on to another place, which may be its home; the last takes its
    /// position.
    pub fn move_on(&mut self, household: Household, community: Community, (host, at): (Place, usize), to: Place) {
        if to == self.home {
            return self.come_home(household, community, (host, at));
        }
        debug_assert!(self.people.at(household) == host, "{household:?} is not where it leaves");
        let away = self.lists[host.at()].swap_remove(at);
        debug_assert_eq!(away.household, household);
        let persons = f64::from(self.people.put(household, to, false)) * self.weights[community.at()];
        self.present[host.at() * self.communities + community.at()] -= persons;
        self.present[to.at() * self.communities + community.at()] += persons;
        self.lists[to.at()].push(away);
    }
}

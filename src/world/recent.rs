//! Sums over the last weeks, exact and without visiting the past.

/// A table of sums over a sliding window of weeks.
#[derive(Clone, Debug, PartialEq)]
pub struct Recent {
    weeks: Vec<Vec<(u32, f32)>>,
    total: Vec<f32>,
    now: usize,
}

/// A range of entries of a window.
#[derive(Clone, Debug)]
pub struct Part {
    weeks: Vec<Vec<(u32, f32)>>,
    total: Vec<f32>,
}

impl Recent {
    /// A window of `weeks` over `len` entries, empty.
    #[must_use]
    pub fn new(weeks: usize, len: usize) -> Self {
        Self { weeks: vec![Vec::new(); weeks], total: vec![0.0; len], now: 0 }
    }

    /// Starts a new week and forgets the oldest.
    pub fn advance(&mut self) {
        self.now = (self.now + 1) % self.weeks.len();
        let total = &mut self.total;
        for (at, value) in self.weeks[self.now].drain(..) {
            // Counts below 2^24 are exact in f32; the bound keeps rounding of fractions from going below zero.
            total[at as usize] = (total[at as usize] - value).max(0.0);
        }
    }

    /// Adds to an entry in this week.
    pub fn add(&mut self, at: usize, value: f64) {
        if value > 0.0 {
            self.weeks[self.now].push((at as u32, value as f32));
            self.total[at] += value as f32;
        }
    }

    /// The sum of an entry over the window.
    #[must_use]
    pub fn get(&self, at: usize) -> f64 {
        f64::from(self.total[at])
    }

    /// The sums of all entries over the window.
    #[must_use]
    pub fn totals(&self) -> &[f32] {
        &self.total
    }

    /// The sum of an entry over the last `weeks` of the window.
    #[must_use]
    pub fn over(&self, at: usize, weeks: usize) -> f64 {
        let len = self.weeks.len();
        let week = |ago: usize| &self.weeks[(self.now + len - ago) % len];
        (0..weeks.min(len)).flat_map(week).filter(|x| x.0 as usize == at).map(|x| f64::from(x.1)).sum()
    }

    /// A range of entries, by week, and what they come to.
    #[must_use]
    pub fn part(&self, from: usize, len: usize) -> Part {
        let within = |week: &Vec<(u32, f32)>| {
            week.iter()
                .filter(|(at, _)| (from..from + len).contains(&(*at as usize)))
                .map(|&(at, value)| (at - from as u32, value))
                .collect()
        };
        Part { weeks: self.weeks.iter().map(within).collect(), total: self.total[from..from + len].to_vec() }
    }

    /// Puts a range of entries, of this or another window of as many weeks, to where nothing is yet (an open break).
    pub fn put(&mut self, part: &Part, to: usize) {
        self.total[to..to + part.total.len()].copy_from_slice(&part.total);
        for (week, more) in self.weeks.iter_mut().zip(&part.weeks) {
            week.extend(more.iter().map(|&(at, value)| (at + to as u32, value)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_forgotten_when_what_it_was_taken_from_is() {
        let mut recent = Recent::new(3, 4);
        recent.add(0, 2.0);
        recent.advance();
        recent.add(1, 1.0);
        let mut other = Recent::new(3, 4);
        other.advance();
        other.put(&recent.part(0, 2), 2);
        recent.put(&recent.part(0, 2), 2);
        assert_eq!((recent.totals(), other.totals()), (&[2.0, 1.0, 2.0, 1.0][..], &[0.0, 0.0, 2.0, 1.0][..]));
        for left in [[2.0, 1.0], [2.0, 1.0], [0.0, 1.0], [0.0, 0.0]] {
            assert_eq!((&recent.totals()[2..], &other.totals()[2..]), (&left[..], &left[..]));
            recent.advance();
            other.advance();
        }
    }

    #[test]
    fn a_window_forgets() {
        let mut recent = Recent::new(4, 2);
        recent.add(1, 3.0);
        for _ in 0..3 {
            recent.advance();
            assert_eq!(recent.get(1), 3.0);
        }
        assert_eq!((recent.over(1, 4), recent.over(1, 3)), (3.0, 0.0));
        recent.advance();
        assert_eq!((recent.get(1), recent.over(1, 4)), (0.0, 0.0));
    }
}

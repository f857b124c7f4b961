//! Sums over the last weeks, exact and without visiting the past.

/// A table of sums over a sliding window of weeks.
#[derive(Clone, Debug, PartialEq)]
pub struct Recent {
    weeks: Vec<Vec<(u32, f32)>>,
    total: Vec<f32>,
    now: usize,
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

    /// Copies a range of entries onto another (an open break).
    pub fn copy(&mut self, from: usize, to: usize, len: usize) {
        self.total.copy_within(from..from + len, to);
        for week in &mut self.weeks {
            let copies: Vec<_> = week
                .iter()
                .filter(|(at, _)| (from..from + len).contains(&(*at as usize)))
                .map(|&(at, value)| (at - from as u32 + to as u32, value))
                .collect();
            week.extend(copies);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

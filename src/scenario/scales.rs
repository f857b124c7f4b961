//! What a coarser scale was measured to change: a table that `sulh audit --scales` wrote, kept with the case.
use super::problem::{Problem, Problems};

/// The file of a case that holds it.
pub const FILE: &str = "scales.csv";
/// Its columns.
pub const COLUMNS: &str = "scale,measure,difference,low,high,futures,weeks,scenario,start";

/// How an outcome at a coarser scale differs from the same outcome at 1:1.
#[derive(Clone, Debug, PartialEq)]
pub struct Scaled {
    /// Households that one agent stands for.
    pub scale: u32,
    /// Name of the measure.
    pub measure: String,
    /// Difference, as a share of the mean at 1:1.
    pub difference: f64,
    /// Lower end of its 99 % interval.
    pub low: f64,
    /// Upper end of its 99 % interval.
    pub high: f64,
    /// Futures on each side.
    pub futures: u64,
    /// Horizon, weeks.
    pub weeks: u32,
    /// Scenario that it was measured on.
    pub scenario: String,
    /// Name of its start.
    pub start: String,
}

impl Scaled {
    /// Whether a difference is certain.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }

    /// A row of the table.
    #[must_use]
    pub fn row(&self) -> String {
        let Self { scale, measure, difference, low, high, futures, weeks, scenario, start } = self;
        format!("{scale},{measure},{difference:.5},{low:.5},{high:.5},{futures},{weeks},{scenario},{start}\n")
    }

    fn of(cells: &[&str]) -> Option<Self> {
        let [scale, measure, difference, low, high, futures, weeks, scenario, start] = cells else { return None };
        let row = Self {
            scale: scale.parse().ok()?,
            measure: (*measure).to_owned(),
            difference: difference.parse().ok()?,
            low: low.parse().ok()?,
            high: high.parse().ok()?,
            futures: futures.parse().ok()?,
            weeks: weeks.parse().ok()?,
            scenario: (*scenario).to_owned(),
            start: (*start).to_owned(),
        };
        (row.scale > 1 && row.low <= row.difference && row.difference <= row.high && (row.high - row.low).is_finite()).then_some(row)
    }
}

/// Rows of a scale that speak for a horizon: those measured over the shortest one that reaches as far, else over the longest.
#[must_use]
pub fn over(rows: &[Scaled], scale: u32, weeks: u32) -> Vec<&Scaled> {
    let of_scale = || rows.iter().filter(|row| row.scale == scale);
    let reaching = of_scale().map(|row| row.weeks).filter(|&measured| measured >= weeks).min();
    let horizon = reaching.or_else(|| of_scale().map(|row| row.weeks).max());
    of_scale().filter(|row| Some(row.weeks) == horizon).collect()
}

/// Reads the table. It may hold several horizons.
///
/// # Errors
/// Each fault with its place: another head, a row that is no measurement.
pub fn read(shown: &str, text: &str) -> Result<Vec<Scaled>, Problems> {
    let mut problems = Problems::default();
    let mut rows = Vec::new();
    for (line, text) in (1..).zip(text.lines()).filter(|(_, text)| !text.trim().is_empty()) {
        let cells: Vec<&str> = text.split(',').map(str::trim).collect();
        let fault = match Scaled::of(&cells) {
            _ if line == 1 => (cells.join(",") != COLUMNS).then(|| format!("the head must be {COLUMNS}")),
            Some(row) => {
                rows.push(row);
                None
            }
            None => Some(
                "a row is a scale above 1, a measure, a difference with the ends of its interval as shares, futures, weeks, a scenario and its start".to_owned(),
            ),
        };
        if let Some(fault) = fault {
            problems.add(Problem::at(shown, line, 1, fault).hint("it is written by sulh audit --scales"));
        }
    }
    problems.into_result(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_horizon_is_spoken_for_by_the_shortest_that_reaches_as_far() {
        let text = ["4,a,0,0,0,1,260,s,t", "16,a,0,0,0,1,520,s,t", "16,a,0,0,0,1,260,s,t", "16,b,0,0,0,1,260,s,t"].join("\n");
        let rows = read("x", &format!("{COLUMNS}\n{text}\n")).unwrap();
        let weeks = |scale, weeks| over(&rows, scale, weeks).iter().map(|row| row.weeks).collect::<Vec<_>>();
        assert_eq!([weeks(16, 1), weeks(16, 260)], [[260, 260]; 2]);
        assert_eq!([weeks(16, 261), weeks(16, 521), weeks(4, 520)], [[520], [520], [260]]);
        assert!(over(&rows, 8, 1).is_empty());
    }

    #[test]
    fn rows_are_read_as_written_and_faults_have_lines() {
        let row = Scaled {
            scale: 16,
            measure: "recruits".to_owned(),
            difference: 0.021,
            low: 0.0125,
            high: 0.03,
            futures: 318,
            weeks: 104,
            scenario: "a".to_owned(),
            start: "2026-07-06".to_owned(),
        };
        let text = format!("{COLUMNS}\n{}", row.row());
        assert_eq!(read("x", &text).unwrap(), std::slice::from_ref(&row));
        assert!(row.differs() && !Scaled { low: -0.01, ..row }.differs());
        let wrong = format!(
            "{COLUMNS}\n16,recruits,x,0,0,1,1,a,b\n1,recruits,0,0,0,1,1,a,b\n16,recruits,0.5,0,0.1,1,1,a,b\n16,recruits,nan,0,0,1,1,a,b\n16,recruits\n"
        );
        let told = read("x", &wrong).unwrap_err();
        assert_eq!(told.0.iter().map(|problem| problem.line).collect::<Vec<_>>(), [2, 3, 4, 5, 6]);
        assert!(read("x", "scale\n").unwrap_err().to_string().contains("the head must be"));
    }
}

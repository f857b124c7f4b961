//! Recorded events: a file of them, and what counts as one. Simulated events come into the same form through `recorder`.
use crate::scenario::problem::{Problem, Problems};
use crate::units::Date;

/// Kind of event, as event data code it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The state takes part.
    StateBased,
    /// Between groups or communities, without the state.
    NonState,
    /// Against civilians.
    OneSided,
}

/// Kinds in order, as files write them.
pub const KINDS: [(Kind, &str); 3] = [(Kind::StateBased, "state-based"), (Kind::NonState, "non-state"), (Kind::OneSided, "one-sided")];

/// One recorded event.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "named as the columns of an event file")]
pub struct Recorded {
    pub date: Date,
    /// Whether the date is known to a week or better: others are left out of what is about timing.
    pub timed: bool,
    pub kind: Kind,
    /// Code of the first side; of the perpetrator in one-sided events.
    pub a: String,
    /// Code of the other side.
    pub b: String,
    /// Position among the zones, where it is placed so well.
    pub place: Option<usize>,
    /// Position among the areas, if any is known.
    pub area: Option<usize>,
    pub best: f64,
    pub low: f64,
    pub high: f64,
    pub dead_a: f64,
    pub dead_b: f64,
    pub civilians: f64,
}

/// What an event file may refer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// Zones.
    pub places: Vec<String>,
    /// Area of each zone.
    pub area_of: Vec<usize>,
    /// Areas.
    pub areas: Vec<String>,
}

/// Columns of an event file that must be there.
pub const COLUMNS: [&str; 6] = ["date", "type", "actor_a", "actor_b", "place", "best"];
/// Columns that may be there.
pub const MORE: [&str; 7] = ["date_precision", "area", "low", "high", "deaths_a", "deaths_b", "deaths_civilians"];
/// Precision of dates up to which an event counts as timed: 1 a day, 2 a few days, 3 a week, 4 a month, 5 a year.
const TIMED: f64 = 3.0;

/// Reads an event file.
///
/// # Errors
/// Everything that is wrong with it, with line and column.
pub fn read(file: &str, text: &str, names: &Names) -> Result<Vec<Recorded>, Problems> {
    let mut problems = Problems::default();
    let mut events = Vec::new();
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(error) => {
            problems.add(Problem::at(file, 1, 1, error.to_string()));
            return Err(problems);
        }
    };
    let column = |name: &str| header.iter().position(|x| x.trim() == name);
    for name in COLUMNS.into_iter().filter(|name| column(name).is_none()) {
        problems.add(Problem::at(file, 1, 1, format!("the column `{name}` is missing")));
    }
    if !problems.0.is_empty() {
        return Err(problems);
    }
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(1, csv::Position::line);
                problems.add(Problem::at(file, line, 1, error.to_string()));
                continue;
            }
        };
        let line = record.position().map_or(1, csv::Position::line);
        let mut row = Row { file, line, record: &record, header: &header, problems: &mut problems };
        if let Some(event) = event(&mut row, names) {
            events.push(event);
        }
    }
    events.sort_by_key(|event: &Recorded| event.date);
    problems.into_result(events)
}

struct Row<'a> {
    file: &'a str,
    line: u64,
    record: &'a csv::StringRecord,
    header: &'a csv::StringRecord,
    problems: &'a mut Problems,
}

impl Row<'_> {
    fn text(&self, column: &str) -> &str {
        self.header.iter().position(|x| x.trim() == column).and_then(|at| self.record.get(at)).unwrap_or("").trim()
    }
    fn fault<'n>(&mut self, column: &str, fault: String, given: &str, valid: impl Iterator<Item = &'n str>) {
        let at = self.header.iter().position(|x| x.trim() == column).unwrap_or(0);
        let before: usize = self.record.iter().take(at).map(|field| field.chars().count() + 1).sum();
        self.problems.add(Problem::at(self.file, self.line, before as u64 + 1, fault).nearest(given, valid));
    }
    /// A count; a default where the field is empty or not there.
    fn count(&mut self, column: &str, default: f64) -> f64 {
        let text = self.text(column).to_owned();
        if text.is_empty() {
            return default;
        }
        match text.parse::<f64>() {
            Ok(x) if (0.0..1e6).contains(&x) => x,
            _ => {
                let fault = format!("`{text}` in `{column}` is not a count: give a number from 0 to 1000000");
                self.fault(column, fault, "", std::iter::empty());
                default
            }
        }
    }
}

fn event(row: &mut Row, names: &Names) -> Option<Recorded> {
    let date = Date::parse(row.text("date"));
    if date.is_none() {
        let fault = format!("`{}` is not a date (YYYY-MM-DD)", row.text("date"));
        row.fault("date", fault, "", std::iter::empty());
    }
    let kind = KINDS.iter().find(|kind| kind.1 == row.text("type")).map(|kind| kind.0);
    if kind.is_none() {
        let text = row.text("type").to_owned();
        row.fault("type", format!("`{text}`: state-based, non-state or one-sided"), &text, KINDS.iter().map(|kind| kind.1));
    }
    let slug = row.text("place").to_owned();
    let place = names.places.iter().position(|name| *name == slug);
    if place.is_none() && !slug.is_empty() {
        let fault = format!("`{slug}` is no zone of the case; leave it empty where an event is placed less well");
        row.fault("place", fault, &slug, names.places.iter().map(String::as_str));
    }
    let area = names.areas.iter().position(|name| name == row.text("area")).or_else(|| place.map(|at| names.area_of[at]));
    let best = row.count("best", 0.0);
    let precision = row.count("date_precision", 1.0);
    Some(Recorded {
        date: date?,
        timed: precision <= TIMED,
        kind: kind?,
        a: row.text("actor_a").to_owned(),
        b: row.text("actor_b").to_owned(),
        place,
        area,
        best,
        low: row.count("low", best),
        high: row.count("high", best),
        dead_a: row.count("deaths_a", 0.0),
        dead_b: row.count("deaths_b", 0.0),
        civilians: row.count("deaths_civilians", 0.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        Names { places: vec!["orra".to_owned(), "tess".to_owned()], area_of: vec![0, 1], areas: vec!["west".to_owned(), "east".to_owned()] }
    }

    #[test]
    fn events_are_read_and_all_faults_told_at_once() {
        let good = "date,type,actor_a,actor_b,place,best\n2031-02-03,state-based,GOV,FRONT,tess,4\n2031-01-03,one-sided,GOV,CIVILIANS,,0\n";
        let events = read("a.csv", good, &names()).unwrap();
        assert_eq!((events[1].place, events[1].area, events[1].high), (Some(1), Some(1), 4.0));
        assert_eq!(events[0].area, None);
        let bad = "date,type,actor_a,actor_b,place,best\n2031-13-03,state-basd,GOV,FRONT,tesss,-4\n";
        let text = read("a.csv", bad, &names()).unwrap_err().to_string();
        for told in ["a.csv:2:1:", "a.csv:2:12: `state-basd`", "did you mean `state-based`?", "did you mean `tess`?", "`-4` in `best`"] {
            assert!(text.contains(told), "{told}: {text}");
        }
        assert!(read("a.csv", "date,typ\n", &names()).unwrap_err().to_string().contains("the column `actor_a` is missing"));
    }
}

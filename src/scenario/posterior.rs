//! What recorded events tell of the parameters of a case: a sample that `sulh calibrate` wrote, kept with the case.
use super::problem::{Problem, Problems, nearest};
use crate::params::Declared;
use std::collections::BTreeMap;

/// Files of a case that hold a posterior: `posterior-YEAR-YEAR.csv`, the years those whose events it was fitted to.
const STEM: &str = "posterior-";

/// Whether a file of a case is to hold a posterior.
#[must_use]
pub fn is_named(file: &str) -> bool {
    file.starts_with(STEM) && file.ends_with(".csv")
}

/// A sample of equal weights: parameters by column, one joint value of all in a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Posterior {
    /// Its file, as messages name it.
    pub file: String,
    /// The years whose events it was fitted to, as they are written: `2017-2021`.
    pub period: String,
    /// The last of them.
    pub until: i64,
    /// Paths of the parameters.
    pub names: Vec<String>,
    /// Values by member, in the order of `names`; at least one.
    pub rows: Vec<Vec<f64>>,
}

impl Posterior {
    /// Reads the table of a file.
    ///
    /// # Errors
    /// Each fault with its place: a name that is not two years, no members, a cell that is no number.
    pub fn read(file: &str, shown: &str, text: &str) -> Result<Self, Problems> {
        let period = file.trim_start_matches(STEM).trim_end_matches(".csv").to_owned();
        let years = period.split_once('-').and_then(|(from, to)| Some((from.parse::<i64>().ok()?, to.parse::<i64>().ok()?)));
        let Some((_, until)) = years.filter(|(from, to)| from <= to) else {
            let problem = Problem::at(shown, 1, 1, format!("`{period}` is not two years"));
            return Err(Problems(vec![problem.hint("name it after the years whose events were fitted, as posterior-2017-2021.csv")]));
        };
        let (names, rows) = sample(shown, text)?;
        Ok(Self { file: shown.to_owned(), period, until, names, rows })
    }

    /// Position of a parameter.
    #[must_use]
    pub fn column(&self, path: &str) -> Option<usize> {
        self.names.iter().position(|name| name == path)
    }

    /// The member at a number in (0, 1).
    #[must_use]
    pub fn member(&self, unit: f64) -> &[f64] {
        &self.rows[((unit * self.rows.len() as f64) as usize).min(self.rows.len() - 1)]
    }
}

/// The table of a sample: paths of parameters, and a value of each in every member.
///
/// # Errors
/// Each fault with its place: no members, a cell that is no number, rows of another length than the head.
pub fn sample(shown: &str, text: &str) -> Result<(Vec<String>, Vec<Vec<f64>>), Problems> {
    let mut problems = Problems::default();
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let names: Vec<String> = lines.next().map_or_else(Vec::new, |(_, line)| line.split(',').map(|name| name.trim().to_owned()).collect());
    let mut rows = Vec::new();
    for (at, line) in lines {
        let (mut row, mut column, at) = (Vec::new(), 1, at as u64);
        for cell in line.split(',') {
            match cell.trim().parse::<f64>() {
                Ok(value) if value.is_finite() => row.push(value),
                _ => problems.add(Problem::at(shown, at + 1, column, format!("`{}` is not a number", cell.trim()))),
            }
            column += cell.chars().count() as u64 + 1;
        }
        if row.len() == names.len() {
            rows.push(row);
        } else if line.split(',').count() != names.len() {
            problems.add(Problem::at(shown, at + 1, 1, format!("{} cells where the head has {}", line.split(',').count(), names.len())));
        }
    }
    if rows.is_empty() && problems.0.is_empty() {
        problems.add(Problem::at(shown, 1, 1, "a posterior without members".to_owned()).hint("it is written by sulh calibrate"));
    }
    problems.into_result((names, rows))
}

/// Tells the columns of a sample that are no parameters.
pub fn unknown<'a>(file: &'a str, names: &'a [String], declared: &'a [Declared]) -> impl Iterator<Item = Problem> + 'a {
    let columns = names.iter().scan(1, |next, name| {
        let column = *next;
        *next += name.chars().count() as u64 + 1;
        Some((column, name))
    });
    columns.filter(|(_, name)| !declared.iter().any(|row| row.path == **name)).map(move |(column, name)| {
        let problem = Problem::at(file, 1, column, format!("`{name}` is no parameter of this version"));
        match nearest(name, declared.iter().map(|row| row.path.as_str())) {
            Some(near) => problem.hint(format!("did you mean `{near}`? Samples are written by sulh calibrate")),
            None => problem.hint("make it again: sulh calibrate"),
        }
    })
}

/// The posteriors among the files of a case, the earliest first.
///
/// # Errors
/// Those of [`Posterior::read`].
pub fn of_case(files: &BTreeMap<String, String>, shown: impl Fn(&str) -> String) -> Result<Vec<Posterior>, Problems> {
    let mut problems = Problems::default();
    let mut found = Vec::new();
    for (file, text) in files.iter().filter(|(file, _)| is_named(file)) {
        match Posterior::read(file, &shown(file), text) {
            Ok(posterior) => found.push(posterior),
            Err(faults) => faults.0.into_iter().for_each(|fault| problems.add(fault)),
        }
    }
    found.sort_by_key(|posterior: &Posterior| posterior.until);
    problems.into_result(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_read_and_faults_have_places() {
        let read = |file, text| Posterior::read(file, file, text);
        let sound = read("posterior-2017-2021.csv", "a.b,c.d\n1,2\n3,4\n").unwrap();
        assert_eq!(
            (sound.until, sound.period.as_str(), sound.column("c.d"), sound.member(0.99)),
            (2021, "2017-2021", Some(1), &[3.0, 4.0][..])
        );
        let wrong = read("posterior-2017-2021.csv", "a.b,c.d\n1,x\n3\n").unwrap_err().to_string();
        assert!(
            wrong.contains("`x` is not a number")
                && wrong.contains("1 cells where the head has 2")
                && wrong.contains(":2:3")
                && !wrong.contains("without members"),
            "{wrong}"
        );
        assert!(read("posterior-late.csv", "a\n1\n").unwrap_err().to_string().contains("not two years"));
        assert!(read("posterior-2017-2019.csv", "a\n").unwrap_err().to_string().contains("without members"));
    }
}

//! Names in arguments: all that mean nothing are told at once, each where it was typed.
use super::Failed;
use crate::scenario::problem::{Place, Problem, Problems, did_you_mean, meant};

/// Names that are told all, where none of them is near to what was given.
const FEW: usize = 32;

/// What is wrong with the names of a command.
#[derive(Default)]
pub(super) struct Names(Problems);

/// A name that means nothing: the fault, and a way out.
pub(super) type Meaningless = (String, String);

impl Names {
    /// What the names that a flag was given mean, which are typed with a sign between them; those that mean nothing are noted.
    pub(super) fn of<'a, T>(
        &mut self,
        (flag, between): (&str, &str),
        given: impl IntoIterator<Item = &'a String>,
        find: impl Fn(&str) -> Result<T, Meaningless>,
    ) -> Vec<T> {
        let given: Vec<&str> = given.into_iter().map(String::as_str).collect();
        let typed = given.join(between);
        let mut found = Vec::with_capacity(given.len());
        let mut from = 0;
        for name in given {
            let till = from + name.len();
            match find(name) {
                Ok(one) => found.push(one),
                Err((fault, hint)) => {
                    let (fault, hint) = match name {
                        "" if typed.contains(',') => ("a name is missing here".to_owned(), "leave the comma out".to_owned()),
                        _ => (fault, hint),
                    };
                    self.0.add(Problem::of(Place::of(&format!("{flag} {typed}"), &typed, from..till), fault).hint(hint));
                }
            }
            from = till + between.len();
        }
        found
    }

    /// Nothing, if all names mean something.
    pub(super) fn done(self) -> Result<(), Failed> {
        Ok(self.0.into_result(())?)
    }
}

/// A name that is none of the valid ones: with those that may be meant, or with all where they are few, or else with another way out.
pub(super) fn unknown<'a>(what: &str, given: &str, names: impl IntoIterator<Item = &'a str>, otherwise: &str) -> Meaningless {
    let mut names: Vec<&str> = names.into_iter().collect();
    // An organisation and a party may have one name.
    names.sort_unstable();
    names.dedup();
    let all = || if names.len() <= FEW { format!("known are {}", names.join(", ")) } else { otherwise.to_owned() };
    (format!("unknown {what} `{given}`"), did_you_mean(&meant(given, names.iter().copied())).unwrap_or_else(all))
}

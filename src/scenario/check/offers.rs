//! `[track.offers]`: what may be put into a package, issue by issue.
use super::checker::{Checker, In};
use super::values::bounds;
use crate::scenario::case::{PIE_NAMES, PIES, SCALAR_NAMES, SCALARS};
use crate::scenario::keys;
use crate::scenario::raw::{DISTRIBUTIONS, Node, Value};
use crate::scenario::track::Offers;

impl Checker<'_> {
    pub(super) fn offers(&mut self, of: In) -> Offers {
        let Some(node) = of.table.get("offers") else { return Offers::Open };
        match &node.value {
            Value::Text(text) if text == "open" => Offers::Open,
            Value::Text(text) => {
                self.unknown(node.at, "offers", text, &["open"]);
                Offers::Open
            }
            Value::Table(table) => {
                let offers = In { section: "track.offers", table, at: Some(node.at) };
                self.keys(offers);
                let scalars: [(f64, f64); SCALARS] = std::array::from_fn(|at| self.issue(offers, SCALAR_NAMES[at]));
                let pies: [Option<f64>; PIES] =
                    std::array::from_fn(|at| {
                        let node = offers.get(PIE_NAMES[at]).filter(|node| node.value != Value::Text("open".to_owned()))?;
                        match &node.value {
                            Value::Table(table) if table.get("from").is_none() && table.get("to").is_none() => {
                                self.draw(node, keys::find("track.offers", PIE_NAMES[at]), 0.0, 1.0)
                            }
                            Value::Table(_) => {
                                let problem = self
                                    .sources
                                    .problem(node.at, format!("a share of {} is given, not bargained within a range", PIE_NAMES[at]));
                                self.problems.add(problem.hint(
                                    "\"open\", a number from 0 to 1, or a distribution such as { uniform = { from = 0.2, to = 0.5 } }",
                                ));
                                None
                            }
                            _ => self.position(node, PIE_NAMES[at], "share"),
                        }
                    });
                Offers::of(scalars, pies)
            }
            other => {
                self.fault(node.at, format!("`offers` is {}: \"open\" or a table of positions", other.kind()));
                Offers::Open
            }
        }
    }

    /// Lowest and highest position that is offered on a scalar issue.
    fn issue(&mut self, of: In, name: &str) -> (f64, f64) {
        let Some(node) = of.table.get(name) else { return (0.0, 1.0) };
        match &node.value {
            Value::Text(text) if text == "open" => (0.0, 1.0),
            Value::Table(table) if DISTRIBUTIONS[2..].iter().any(|form| table.get(form).is_some()) => {
                self.draw(node, keys::find("track.offers", name), 0.0, 1.0).map_or((0.0, 1.0), |x| (x, x))
            }
            Value::Table(table) => {
                self.distribution_keys(table, &format!("`{name}`"), &["from", "to"]);
                let from = self.needed(table, (name, node.at), "from", "position", 0.0, 1.0);
                let to = self.needed(table, (name, node.at), "to", "position", 0.0, 1.0);
                if from > to {
                    self.fault(node.at, format!("from {from} to {to} is empty: `to` must not lie below `from`"));
                    return (0.0, 1.0);
                }
                (from, to)
            }
            _ => self.position(node, name, "position").map_or((0.0, 1.0), |x| (x, x)),
        }
    }

    /// The number of an issue that is not open.
    fn position(&mut self, node: &Node, name: &str, unit: &str) -> Option<f64> {
        if matches!(node.value, Value::Integer(_) | Value::Float(_)) {
            return self.number_of(node, &bounds(name, unit, 0.0, 1.0));
        }
        self.neither(node, keys::find("track.offers", name), &["open"]);
        None
    }
}

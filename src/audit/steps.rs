//! How much hangs on the order of processes within a week. There is no one right order, so a shift is reported, not blamed.
use super::judge::{Found, alike};
use super::lab::{Lab, play, schedule};
use crate::processes::Process;

/// What the week's ledger carries from one process to another: the first must come before the second in the same week, since
/// the ledger is cleared at its end. Anything else may be permuted without losing an event.
const CARRIED: [(&str, &str); 5] =
    [("combat", "abuse"), ("combat", "grievance"), ("abuse", "grievance"), ("communal", "grievance"), ("combat", "protection")];

/// The processes as near to a wished order as the ledger allows.
fn allowed(wished: &[&'static Process]) -> Vec<&'static Process> {
    let mut left: Vec<&Process> = wished.to_vec();
    let mut order = Vec::new();
    while !left.is_empty() {
        let waits = |process: &Process| CARRIED.iter().any(|&(first, then)| then == process.name && left.iter().any(|p| p.name == first));
        let at = left.iter().position(|process| !waits(process)).unwrap_or(0);
        order.push(left.remove(at));
    }
    order
}

fn reordered(lab: &Lab, wished: &[&'static Process], what: &str) -> Result<Found, String> {
    let order = allowed(wished);
    let count = lab.needed(lab.settings.margin)?;
    let ready = lab.broken(lab.prepared()?.to_vec());
    let runs = lab.each(count, |replicate| {
        let of = Lab::of(&ready, replicate);
        let mut run = play(of, &mut lab.variant_start(of, replicate), lab.dice(replicate), &order, |_, _, _| {});
        run.series = Vec::new();
        run
    })?;
    let base = lab.base(count)?;
    let moved = base.iter().zip(&runs).any(|(own, other)| own.outcome != other.outcome);
    let found = alike(lab, &base, &runs, &lab.scenario.case, lab.settings.margin, what).where_it_could_show(
        moved,
        "no future differs by a bit: too little goes from one process to the next for an order to show (more --weeks, or what is switched off)",
    );
    Ok(found.cause("a week is a long step for what moves: processes see this week's state or the last's by their place in the order"))
}

fn in_reverse() -> Vec<&'static Process> {
    let mut wished = schedule();
    wished.reverse();
    wished
}

fn neighbours_swapped() -> Vec<&'static Process> {
    let mut wished = schedule();
    wished.chunks_mut(2).for_each(<[_]>::reverse);
    wished
}

pub(super) fn reversed(lab: &Lab) -> Result<Found, String> {
    reordered(lab, &in_reverse(), "in the opposite order")
}

pub(super) fn swapped(lab: &Lab) -> Result<Found, String> {
    reordered(lab, &neighbours_swapped(), "with neighbours swapped")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_order_loses_what_the_ledger_carries() {
        let order: Vec<&str> = allowed(&in_reverse()).iter().map(|p| p.name).collect();
        let at = |name: &str| order.iter().position(|x| *x == name).expect("a process of the schedule");
        assert!(CARRIED.iter().all(|(first, then)| at(first) < at(then)), "{order:?}");
        assert_eq!(order.len(), schedule().len());
        assert!(at("accord") < at("mediation") && at("displacement") < at("recruitment") && at("combat") < at("deployment"));
        let moved = allowed(&neighbours_swapped()).iter().zip(schedule()).filter(|(one, other)| one.name != other.name).count();
        assert!(moved >= 6, "of {} processes {moved} change places", schedule().len());
    }
}

//! What a story tells of a week: lines with their numbers. Nothing in the model reads them.
use crate::index::{Org, Place};
use crate::world::{Happened, World};

/// Adds a line to the week's story; what else belongs to it may be added to the line.
pub fn tell<'w>(
    world: &'w mut World,
    kind: &'static str,
    place: Option<Place>,
    actors: Vec<Org>,
    deaths: u32,
    text: String,
) -> &'w mut Happened {
    let told = &mut world.ledger.happened;
    told.push(Happened {
        week: world.week,
        place,
        further: Vec::new(),
        actors,
        communities: Vec::new(),
        kind,
        deaths,
        text,
        numbers: Vec::new(),
    });
    told.last_mut().expect("just told")
}

/// Names as a sentence lists them.
#[must_use]
pub fn listed(names: &[String]) -> String {
    let between = if names.len() > 2 && names.iter().any(|name| name.contains(',')) { "; " } else { ", " };
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(between)),
    }
}

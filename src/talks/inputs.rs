//! What the world says to a table in a week: all that talks know of it.
use super::utility::WarInputs;

/// What the world says of one participant this week.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PartyInputs {
    /// What its war value depends on.
    pub war: WarInputs,
    /// Its war value, where it is already known.
    pub war_value: Option<f64>,
    /// Its fighters.
    pub fighters: f64,
    /// Whether it is the state's ally.
    pub ally_of_state: bool,
}

/// What the world says this week.
#[derive(Clone, Debug, PartialEq)]
pub struct Inputs {
    /// Weeks since the start.
    pub week: i32,
    /// In the order of the table's participants, the state first.
    pub parties: Vec<PartyInputs>,
    /// Trust of each in each other, row by row in the same order.
    pub trust: Vec<f64>,
    /// Guarantee behind an accord, as the chance that it protects; 0 for none.
    pub guarantee: f64,
    /// Hard-liners' share in the state.
    pub hardliners: f64,
    /// Threat in the centre x troops freed, over its mean.
    pub freed: f64,
    /// Hurt of the state's main enemy, whether seated or not.
    pub enemy_hurt: f64,
    /// Whether there was a coup this week.
    pub coup: bool,
}

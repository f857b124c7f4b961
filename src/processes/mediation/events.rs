//! What follows from the events of talks, and how it is told.
use super::reach;
use super::signing::{leave_umbrella, sign};
use crate::index::Party;
use crate::processes::parties::{lead, organisations};
use crate::processes::{Model, telling};
use crate::scenario::Stance;
use crate::scenario::case::{PIE_NAMES, PIES, SCALAR_NAMES, SCALARS};
use crate::talks::state::{Costs, Margin, costs};
use crate::talks::step::{Cause, Side, group_effect};
use crate::talks::{Event, Table, Talks};
use crate::units;
use crate::world::World;

/// What follows from an event of the talks, and how it is told; `asked` are the participants of this week's bid.
pub(super) fn happen(world: &mut World, model: &Model, table: &Table, talks: &Talks, asked: &[usize], event: Event) {
    let m = &model.p.mediation;
    let state = table.participants[0].party;
    let concerned = |world: &World, parties: &[Party]| {
        parties.iter().flat_map(|&party| organisations(world, party).collect::<Vec<_>>()).collect::<Vec<_>>()
    };
    let parties = |seats: &[usize]| seats.iter().map(|&at| table.participants[at].party).collect::<Vec<Party>>();
    match event {
        Event::Contact { party, hazard } => {
            let ally = table.seat_of(party).is_some_and(
                |_| matches!((lead(world, state), lead(world, party)), (Some(a), Some(b)) if world.stances[(a, b)] == Stance::Allied),
            );
            if !ally {
                reach(world, "contact");
            }
            let access = table.seat_of(party).map_or(0.0, |at| table.participants[at].access);
            let text = format!(
                "{} makes contact with {} (access {access:.2}, hazard {hazard:.4} a week)",
                capital(&convenor(model)),
                name_now(world, model, party)
            );
            let actors = concerned(world, &[party]);
            telling::tell(world, "contact", None, actors, 0, text).numbers = vec![("access", access), ("hazard", hazard)];
        }
        Event::ContactDropped { party } => {
            let text = format!("{} gives up the attempt to reach {}", capital(&convenor(model)), name_now(world, model, party));
            let actors = concerned(world, &[party]);
            telling::tell(world, "contact", None, actors, 0, text).numbers = vec![("hazard", m.contact_dropped)];
        }
        Event::Leak { before, after } => {
            let known: Vec<Party> =
                (1..table.participants.len()).filter(|&at| talks.in_contact(at)).map(|at| table.participants[at].party).collect();
            let names: Vec<String> = known.iter().map(|&party| name_now(world, model, party)).collect();
            let text = format!(
                "Contact with {} leaks; {}'s acceptance of the mediator falls from {before:.2} to {after:.2}, which costs a deal {:.3} of the state's margin",
                telling::listed(&names),
                model.case.capital,
                m.acceptability_cost * (1.0 - after)
            );
            let actors = concerned(world, &known);
            telling::tell(world, "leak", None, actors, 0, text).numbers = vec![("acceptability_before", before), ("acceptability", after)];
        }
        Event::ConditionsMet { party, margin, gain, hazard } => {
            reach(world, "conditions");
            let (words, mut numbers) = parts(&margin, None);
            let terms = table
                .seat_of(party)
                .and_then(|at| Some((table.participants[at].conditions?, table.participants[at].preferences.recognition())));
            let (recognition, exit) =
                terms.map_or((0.0, 0.0), |(terms, weight)| (margin.kept * weight * terms.recognition, m.exit_cost * terms.exit_cost));
            let text = format!(
                "{} meets the conditions of its seat: worth {gain:+.3} to it = recognition {recognition:.3} - cost of leaving {exit:.3} + {words}; hazard {hazard:.5} a week",
                name_now(world, model, party)
            );
            numbers.extend([("gain", gain), ("recognition", recognition), ("exit_cost", exit), ("hazard", hazard)]);
            let actors = concerned(world, &[party]);
            telling::tell(world, "conditions", None, actors, 0, text).numbers = numbers;
            if !world.peace.muted.conditions {
                leave_umbrella(world, model, party);
            }
        }
        Event::Bid { members, least_margin } => {
            let names: Vec<String> = members.iter().map(|&q| name_now(world, model, q)).collect();
            let offer = talks.known(asked).map_or_else(String::new, |deal| {
                format!("; on the table: {}", package(world, model, &members, &deal.scalars, &deal.shares))
            });
            let text = format!(
                "A formal bid to {}: the best package of today leaves each a margin of {least_margin:+.3} or more{offer}",
                telling::listed(&names)
            );
            let actors = concerned(world, &members);
            telling::tell(world, "bid", None, actors, 0, text).numbers = vec![("least_margin", least_margin)];
        }
        Event::Consent { side, accepted, probability, margin, momentum, mutual_hurt, taste, delivered } => {
            if side == Side::State && accepted {
                reach(world, "consent");
            }
            let costs = (side == Side::State).then(|| costs(table, asked, talks.present(), m));
            let (words, mut numbers) = parts(&margin, costs);
            let (base, hurt, done) = match side {
                Side::State => {
                    (m.consent_state, m.consent_hurt * (mutual_hurt - m.consent_hurt_at), if delivered { m.consent_delivered } else { 0.0 })
                }
                Side::Opponents => (m.consent_opponents, 0.0, 0.0),
            };
            let mut odds = format!("log-odds {base:+.2} + margin {:+.2}", margin.value() / m.consent_width);
            if side == Side::State {
                odds.push_str(&format!(" + hurt on both sides ({mutual_hurt:.2}) {hurt:+.2}"));
                if delivered {
                    odds.push_str(&format!(" + conditions delivered {done:+.2}"));
                }
            }
            odds.push_str(&format!(" + taste for talks {taste:+.2}"));
            let who = if side == Side::State {
                "The state".to_owned()
            } else {
                format!("The other side, {} deciding by the least margin,", name_now(world, model, margin.party))
            };
            let text = format!(
                "{who} {} (chance of a yes {probability:.2}: {odds}); {words}; momentum {momentum:+.2}",
                if accepted { "consents" } else { "refuses" }
            );
            numbers.extend([
                ("probability", probability),
                ("probability_at_no_margin", units::logistic(base + hurt + done + taste)),
                ("momentum", momentum),
                ("mutual_hurt", mutual_hurt),
                ("taste", taste),
                ("base", base),
                ("accepted", f64::from(u8::from(accepted))),
            ]);
            let actors = concerned(world, &[margin.party]);
            telling::tell(world, "consent", None, actors, 0, text).numbers = numbers;
        }
        Event::GroupFormed { members } => {
            reach(world, "group");
            world.peace.group = group_effect(members, m);
            let group = world.peace.group;
            let text = format!(
                "A contact group of {members:.0} forms; with so many, monitoring and programmes achieve {group:.2} of what they would without"
            );
            telling::tell(world, "group", None, Vec::new(), 0, text).numbers = vec![("members", members), ("effect", group)];
        }
        Event::TalksOpened => {
            let actors = concerned(world, &parties(asked));
            let text = format!(
                "Talks open: both sides said yes to the same bid; an accord is possible in {:.0} weeks at the earliest",
                m.accord_first
            );
            telling::tell(world, "talks", None, actors, 0, text);
        }
        Event::TalksCollapsed { cause, weeks } => {
            let why = match cause {
                Cause::Coup => "the coup ends them".to_owned(),
                Cause::Exhausted => format!("nothing came of them (hazard {:.4} a week)", m.collapse),
            };
            let text = format!("Talks collapse after {}: {why}", units::weeks(weeks));
            let actors = concerned(world, &parties(&talks.members_with(table, 0)));
            telling::tell(world, "talks", None, actors, 0, text).numbers = vec![("weeks", f64::from(weeks))];
        }
        Event::AccordSigned { accord, margin, hazard } => {
            reach(world, "accord");
            let names: Vec<String> = accord.signatories.iter().map(|&q| name_now(world, model, q)).collect();
            let offer = package(world, model, &accord.members, &accord.package.scalars, &accord.package.shares);
            let hold = accord.package.least - margin;
            let text = format!(
                "An accord is signed by {} (least margin {margin:+.3}, {hold:.3} held out for; hazard {hazard:.4} a week): {offer}",
                telling::listed(&names)
            );
            let actors = concerned(world, &accord.signatories);
            telling::tell(world, "accord", None, actors, 0, text).numbers =
                vec![("least_margin", margin), ("hold_out", hold), ("hazard", hazard)];
            if !world.peace.muted.accord {
                sign(world, model, table, accord);
            }
        }
    }
}

fn name(model: &Model, party: Party) -> String {
    let data = &model.case.parties[party];
    if party == model.case.state_party {
        "the state".to_owned()
    } else {
        data.organisations.first().map_or(data.slug.clone(), |&o| model.case.organisations[o].name.clone())
    }
}

/// A party as its present leadership is called: those who left an umbrella are no longer that umbrella.
fn name_now(world: &World, model: &Model, party: Party) -> String {
    match lead(world, party) {
        Some(org) if party != model.case.state_party => world.organisations[org].name.clone(),
        _ => name(model, party),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Who convenes, as a sentence has it.
fn convenor(model: &Model) -> String {
    let slug = model.scenario.track.convenor.map_or("nobody", |at| model.case.access[at].0.as_str());
    if model.case.party(slug) == Some(model.case.state_party) { "the state itself".to_owned() } else { capital(slug) }
}

/// The package on the table, in words: positions, and who gets what of the pies.
fn package(world: &World, model: &Model, parties: &[Party], scalars: &[f64; SCALARS], shares: &[[f64; PIES]]) -> String {
    let mut words: Vec<String> =
        SCALAR_NAMES.iter().zip(scalars).map(|(issue, at)| format!("{} {at:.2}", issue.replace('_', " "))).collect();
    for (pie, what) in PIE_NAMES.iter().enumerate() {
        let parts: Vec<String> =
            parties.iter().zip(shares).map(|(&party, share)| format!("{:.2} to {}", share[pie], name_now(world, model, party))).collect();
        words.push(format!("{what} {}", parts.join(", ")));
    }
    words.join("; ")
}

/// A margin taken apart, in words and as numbers.
fn parts(margin: &Margin, costs: Option<Costs>) -> (String, Vec<(&'static str, f64)>) {
    let mut text = format!(
        "margin {:+.3} = {:.2} kept x (offer {:.3} + side payments {:.3} - war {:.3}) - risk of a broken promise {:.3}",
        margin.value(),
        margin.kept,
        margin.utility,
        margin.side,
        margin.war,
        margin.exposure
    );
    let mut numbers = vec![
        ("margin", margin.value()),
        ("offer", margin.utility),
        ("war", margin.war),
        ("kept", margin.kept),
        ("side_payments", margin.side),
        ("exposure", margin.exposure),
        ("costs", margin.costs),
        ("private_type", margin.private_type),
        ("search_loss", margin.search_loss),
    ];
    match costs {
        Some(c) => {
            text.push_str(&format!(" - audience {:.3}", c.audience));
            for (what, cost) in [("listed seats", c.listing), ("leaked channel", c.mediator), ("Western group", c.western)] {
                if cost != 0.0 {
                    text.push_str(&format!(" - {what} {cost:.3}"));
                }
            }
            numbers.extend([
                ("audience", c.audience),
                ("listing", c.listing),
                ("leaked_channel", c.mediator),
                ("western_group", c.western),
            ]);
        }
        None if margin.costs != 0.0 => text.push_str(&format!(" - listing {:.3}", margin.costs)),
        None => {}
    }
    text.push_str(&format!(" - reserve nobody sees {:.3} - what talks miss {:.3}", margin.private_type, margin.search_loss));
    (text, numbers)
}

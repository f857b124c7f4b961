//! `sulh story`: one future, week by week.
use super::simulate::Engine;
use super::{Failed, StoryArgs, say};
use crate::experiment::design::{Design, Draws};
use crate::scenario::problem::nearest;
use crate::scenario::Library;
use crate::world::Happened;
use serde_json::json;
use std::fmt::Write;

pub(super) fn story(args: &StoryArgs) -> Result<u8, Failed> {
    let scenario = Library::new().load(&args.scenario, &args.over.changes())?;
    let case = std::sync::Arc::clone(&scenario.case);
    let place = args.place.as_ref().map(|slug| known(slug, "place", case.place(slug), case.places.values().iter().map(|x| x.slug.as_str()))).transpose()?;
    let actor = |slug: &String| known(slug, "organisation", case.organisation(slug), case.organisations.values().iter().map(|x| x.slug.as_str()));
    let wanted = args.actor.iter().chain(&args.pair).map(actor).collect::<Result<Vec<_>, Failed>>()?;
    let community =
        args.community.as_ref().map(|slug| known(slug, "community", case.community(slug), case.communities.values().iter().map(|x| x.slug.as_str()))).transpose()?;
    let draws = match (args.draw, args.draws) {
        (Some(draw), _) => Draws::Only(draw),
        (None, 0) => Draws::Defaults,
        (None, draws) => Draws::Cycle(draws),
    };
    let design = Design { replicates: args.replicate.saturating_add(1), draws, seed: args.seed };
    let engine = Engine::new(std::slice::from_ref(&scenario), design);
    let story = engine.story(0, args.replicate).map_err(|fault| {
        let week = fault.week.map_or_else(String::new, |week| format!(" in week {week}"));
        Failed::Bug(format!("future {} failed{week} ({}): {}", args.replicate, fault.process, fault.message))
    })?;
    let of_interest = |event: &&Happened| {
        place.is_none_or(|place| event.place == Some(place))
            && community.is_none_or(|community| event.communities.contains(&community))
            && wanted.iter().all(|actor| event.actors.contains(actor))
    };
    let first_day = scenario.start().date;
    let mut text = String::new();
    if !args.json {
        let draw = if draws == Draws::Defaults { "defaults".to_owned() } else { format!("draw {}", draws.of(args.replicate)) };
        let _ = writeln!(text, "{}: future {} of seed {}, {draw}, {} weeks from {}", scenario.title, args.replicate, args.seed, scenario.weeks, scenario.start().name);
    }
    let mut told = 0;
    for event in story.iter().filter(of_interest) {
        told += 1;
        let date = first_day.map_or_else(String::new, |day| day.after_weeks(event.week).to_string());
        let at = event.place.map(|place| case.places[place].slug.as_str());
        if args.json {
            let actors: Vec<&str> = event.actors.iter().filter(|&&org| crate::index::Id::at(org) < case.organisations.len()).map(|&org| case.organisations[org].slug.as_str()).collect();
            let communities: Vec<&str> = event.communities.iter().map(|&c| case.communities[c].slug.as_str()).collect();
            let row = json!({ "week": event.week, "date": date, "place": at, "kind": event.kind, "actors": actors, "communities": communities, "deaths": event.deaths, "text": event.text });
            let _ = writeln!(text, "{row}");
        } else {
            let place = event.place.map_or("", |place| case.places[place].name.as_str());
            let _ = writeln!(text, "{date}  week {:>3}  {:12} {:12}  {}", event.week, place, event.kind, event.text);
        }
    }
    if !args.json && told == 0 {
        text.push_str("Nothing of this kind happens in this future.\n");
    }
    say(&text)?;
    Ok(0)
}

fn known<'a, T>(slug: &str, what: &str, found: Option<T>, names: impl Iterator<Item = &'a str>) -> Result<T, Failed> {
    found.ok_or_else(|| {
        let hint = nearest(slug, names).map(|near| format!("did you mean `{near}`?"));
        Failed::Usage(format!("unknown {what} `{slug}`"), hint.or_else(|| Some("`sulh explain` lists the names".to_owned())))
    })
}

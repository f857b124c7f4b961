//! `sulh story`: one future, week by week; two tracks in one future; one household; the map.
use super::names::{Names, unknown};
use super::simulate::Engine;
use super::{Failed, StoryArgs, say, tell};
use crate::experiment::design::{Design, Draws};
use crate::index::{Household, Id};
use crate::observe::{Chronicle, Run};
use crate::report::plots::sequence;
use crate::report::story::{self, KINDS, Told, Wanted, diary, pair};
use crate::scenario::{Case, Library, Scenario};
use crate::world::Template;
use std::path::Path;

pub(super) fn story(args: &StoryArgs) -> Result<u8, Failed> {
    let drawn = |path: &Path| {
        path.extension()
            .is_none_or(|end| path.is_dir() || !["pdf", "jpg", "jpeg", "gif", "html"].iter().any(|other| end.eq_ignore_ascii_case(other)))
    };
    if let Some(path) = args.map.as_ref().filter(|path| !drawn(path)) {
        return Err(Failed::hinted(
            format!("a map is drawn as .svg or .png, not as {}", path.display()),
            format!("--map {}", path.with_extension("svg").display()),
        ));
    }
    let mut library = Library::new();
    let names = args.scenario.iter().chain(&args.pair);
    let scenarios = names.map(|name| library.load(name, &args.over.changes())).collect::<Result<Vec<Scenario>, _>>()?;
    let wanted = wanted(args, &scenarios[0].case)?;
    let draws = match (args.draw, args.draws) {
        (Some(draw), _) => Draws::Only(draw),
        (None, 0) => Draws::Defaults,
        (None, draws) => Draws::Cycle(draws),
    };
    let engine = Engine::new(&scenarios, Design { replicates: args.replicate.saturating_add(1), draws, seed: args.seed });
    let household = args.household.map(|nth| household(nth, &wanted, &scenarios[0].case, engine.template(0))).transpose()?;
    let future = |at: usize| {
        engine.story(at, args.replicate, household).map_err(|fault| {
            let week = fault.week.map_or_else(String::new, |week| format!(" in week {week}"));
            Failed::Bug(format!("future {} failed{week} ({}): {}", args.replicate, fault.process, fault.message))
        })
    };
    let draw = (draws != Draws::Defaults).then(|| draws.of(args.replicate));
    let told = |at: usize, chronicle| Told {
        scenario: &scenarios[at],
        chronicle,
        seed: args.seed,
        replicate: args.replicate,
        draw,
        verbose: args.verbose,
    };
    if scenarios.len() == 2 {
        comparable(&scenarios[0], &scenarios[1])?;
        let futures: Vec<(Run, Chronicle)> = vec![future(0)?, future(1)?];
        let (told, runs) = ([told(0, &futures[0].1), told(1, &futures[1].1)], [&futures[0].0, &futures[1].0]);
        let told = [&told[0], &told[1]];
        say(&if args.json { pair::json_lines(told, runs, &wanted) } else { pair::text(told, runs, &wanted) })?;
        return Ok(0);
    }
    let (run, chronicle) = future(0)?;
    let told = told(0, &chronicle);
    let text = match (&chronicle.diary, args.json) {
        (Some(diary), false) => diary::text(&told, diary),
        (Some(diary), true) => diary::json_lines(&told, diary),
        (None, false) => story::text(&told, &run, &wanted),
        (None, true) => story::json_lines(&told, &run, &wanted),
    };
    say(&text)?;
    if let Some(path) = &args.map {
        draw_map(&told, path)?;
    }
    Ok(0)
}

fn draw_map(told: &Told, path: &Path) -> Result<(), Failed> {
    let written = sequence::write(told, path).map_err(|error| Failed::Output(path.to_owned(), error))?;
    if written.is_empty() {
        return Err(Failed::Usage("this case has no shapes to draw, or no weeks".to_owned(), None));
    }
    let last = written.last().map_or_else(String::new, |path| path.display().to_string());
    tell(&if written.len() == 1 { format!("Map: {last}") } else { format!("Maps: {} pictures, the last one {last}", written.len()) });
    Ok(())
}

/// Kinds of events in which a convenor has a part.
const OF_CONVENORS: [&str; 6] = ["contact", "leak", "conditions", "bid", "consent", "talks"];

/// What of the story is wanted; a wrong name is told with the nearest.
fn wanted(args: &StoryArgs, case: &Case) -> Result<Wanted, Failed> {
    let mut names = Names::default();
    let unknown = |what: &str, slug: &str, of: &[&str]| unknown(what, slug, of.iter().copied(), "`sulh explain` lists the names");
    let places: Vec<&str> = case.places.values().iter().map(|x| x.slug.as_str()).collect();
    let place = names.of(("--place", ","), &args.place, |slug| case.place(slug).ok_or_else(|| unknown("place", slug, &places)));
    let armed: Vec<&str> =
        case.organisations.values().iter().map(|x| x.slug.as_str()).chain(case.parties.values().iter().map(|x| x.slug.as_str())).collect();
    let actor = |slug: &str| {
        let of_party = || case.party(slug).map(|party| case.parties[party].organisations.clone());
        let found = case.organisation(slug).map(|org| vec![org]).or_else(of_party);
        found.ok_or_else(|| {
            if case.access.iter().any(|(convenor, _)| convenor == slug) {
                let way = format!("what a convenor does is told as --kinds {}", OF_CONVENORS.join(","));
                return (format!("`{slug}` convenes and has no fighters"), way);
            }
            unknown("organisation", slug, &armed)
        })
    };
    let mut actors = names.of(("--actor", ","), &args.actor, actor);
    actors.extend(names.of(("--between", " "), &args.between, actor));
    let communities: Vec<&str> = case.communities.values().iter().map(|x| x.slug.as_str()).collect();
    let community = names
        .of(("--community", ","), &args.community, |slug| case.community(slug).ok_or_else(|| unknown("community", slug, &communities)));
    let events: Vec<&str> = KINDS.iter().map(|kind| kind.0).collect();
    let kinds = names.of(("--kinds", ","), &args.kinds, |name| {
        events.iter().copied().find(|kind| *kind == name).ok_or_else(|| unknown("kind of event", name, &events))
    });
    names.done()?;
    if let [a, b] = args.between.as_slice()
        && a == b
    {
        return Err(Failed::hinted(
            format!("--between takes two: `{a}` stands twice"),
            format!("--actor {a} tells what it does, with whomever"),
        ));
    }
    let (place, community) = (place.first().copied(), community.first().copied());
    Ok(Wanted { place, actors, community, kinds })
}

/// The household of a number, counted among those of a place and community where they are given.
fn household(nth: u32, wanted: &Wanted, case: &Case, template: &Template) -> Result<Household, Failed> {
    if wanted.place.is_some_and(|place| !case.is_zone(place)) {
        return Err(Failed::Usage("households of the case live in its zones, not in a refuge".to_owned(), None));
    }
    let mut left = nth;
    let mut all = 0;
    for segment in template.segments.values() {
        if wanted.place.is_some_and(|place| segment.place != place)
            || wanted.community.is_some_and(|community| segment.community != community)
        {
            continue;
        }
        let here = segment.end - segment.first;
        if all <= nth && nth < all + here {
            return Ok(Household::from_at((segment.first + left) as usize));
        }
        left = left.saturating_sub(here);
        all += here;
    }
    let hint = if all == 0 { "nobody of this community lives there".to_owned() } else { format!("give a number from 0 to {}", all - 1) };
    Err(Failed::Usage(format!("there is no household {nth}"), Some(hint)))
}

/// Two tracks are told as a pair where they start from the same world.
pub(super) fn comparable(a: &Scenario, b: &Scenario) -> Result<(), Failed> {
    let (differs, way) = if !std::sync::Arc::ptr_eq(&a.case, &b.case) {
        ("they are of different cases, and pairs share the chance of one case", "name two scenarios with the same `case`: `sulh scenarios`")
    } else if a.start != b.start {
        ("they have different starts", "--start holds for both")
    } else if a.weeks != b.weeks {
        ("they have different horizons", "--weeks holds for both")
    } else if a.scale != b.scale {
        ("they have different people", "--scale holds for both")
    } else if a.population != b.population {
        ("they have different people", "--set population=census holds for both")
    } else {
        return Ok(());
    };
    Err(Failed::hinted(format!("`{}` and `{}` cannot be told as a pair: {differs}", a.name, b.name), way))
}

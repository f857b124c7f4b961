//! Health checks of the war: what has already happened to an earlier form of the equations must not happen again.
use super::moved::{EQUIVALENT, Moved, Pairs};
use super::{SEED, bites, column, count, each, futures, guard, holds, mean, play, scenario, series, verdict, with_case};
use crate::common;
use rayon::prelude::*;
use std::sync::{Arc, OnceLock};
use sulh::index::Bloc;
use sulh::observe::Run;
use sulh::processes::{politics, terms};
use sulh::scenario::{Case, Scenario, Stance};
use sulh::sim::Ready;
use sulh::solve::Luck;
use sulh::stats::order;
use sulh::world::World;

/// Ten years.
const DECADE: i32 = 520;

/// A control run: forces of 2017-2021, no track.
fn control(weeks: i32, scale: u32) -> Scenario {
    common::scenario(&Arc::new(common::case("2017-2021")), common::no_track(), weeks, scale)
}

/// What is seen of a future besides its record.
struct Watched {
    run: Run,
    /// Largest share of a zone's people lost in four weeks.
    emptied: f64,
    /// Overlap of hostile pairs of blocs at the start and over the last year (Bhattacharyya), weighted by expected events.
    overlap: (f64, f64),
    /// Whether a bloc that was awake at the start has gone dormant.
    dormant: bool,
}

fn overlap(world: &World, case: &Case, pairs: &[(Bloc, Bloc)]) -> f64 {
    let of = |k: Bloc, l: Bloc| {
        let (a, b) = (world.strength(k).max(1.0), world.strength(l).max(1.0));
        case.zones().map(|q| (world.force[(q, k)] / a * world.force[(q, l)] / b).max(0.0).sqrt()).sum::<f64>()
    };
    mean(&pairs.iter().map(|&(k, l)| of(k, l)).collect::<Vec<_>>())
}

fn watch(ready: &Ready, replicate: u64) -> Watched {
    let case = Arc::clone(&ready.scenario.case);
    let mut pairs: Vec<(Bloc, Bloc)> = Vec::new();
    let mut people: Vec<Vec<f64>> = Vec::new();
    let (mut emptied, mut first, mut last, mut dormant) = (0.0_f64, 0.0, Vec::new(), false);
    let awake: Vec<Bloc> = case.blocs.ids().filter(|&b| ready.solved.capacity[b] >= 2.0 * terms::DORMANT).collect();
    let run = play(ready, replicate, |world, _, process| {
        if process == "timeline" && world.week == 0 {
            for (a, x) in world.active() {
                for (b, y) in world.active() {
                    if a < b && x.root != y.root && world.stances[(a, b)] == Stance::Hostile && !pairs.contains(&(x.root, y.root)) {
                        pairs.push((x.root, y.root));
                    }
                }
            }
            world.muster();
            first = overlap(world, &case, &pairs);
        }
        if process == "end" {
            people.push(case.zones().map(|q| world.inhabitants(q)).collect());
            if let Some(before) = people.len().checked_sub(5) {
                // A zone of fewer people than a few kept lineages stand for says nothing.
                let many = |a: f64| a >= 20_000.0;
                let lost = people[before]
                    .iter()
                    .zip(people.last().unwrap())
                    .filter(|(a, _)| many(**a))
                    .map(|(a, b)| 1.0 - b / a)
                    .fold(0.0, f64::max);
                emptied = emptied.max(lost);
            }
            if world.week >= ready.scenario.weeks - 52 && world.week % 13 == 0 {
                last.push(overlap(world, &case, &pairs));
            }
            dormant |= awake.iter().any(|&b| world.strength(b) < terms::DORMANT);
        }
    });
    Watched { run, emptied, overlap: (first, mean(&last)), dormant }
}

/// Control runs of ten years at the defaults, shared by the checks that read them.
fn decade() -> &'static (Ready, Vec<Watched>) {
    static RUNS: OnceLock<(Ready, Vec<Watched>)> = OnceLock::new();
    RUNS.get_or_init(|| {
        let ready = common::ready(&control(DECADE, 16), &[]);
        let runs = each(0..count(24, 200), |r| watch(&ready, r));
        (ready, runs)
    })
}

fn year(run: &Run, case: &Case, name: &str, subject: &str, year: usize) -> f64 {
    series(case, run, name, subject)[(year - 1) * 52..year * 52].iter().map(|&x| f64::from(x)).sum()
}

/// Sizes of blocs after the run against their start, and recruits a week.
fn sizes(case: &Case, runs: &[&Run]) -> super::Verdict {
    let weeks = series(case, runs[0], "recruits", "all").len();
    let ends = |run: &Run| {
        case.blocs
            .values()
            .iter()
            .map(|b| {
                let s = series(case, run, "fighters", &b.slug);
                (f64::from(s[0]), f64::from(s[weeks - 1]))
            })
            .collect::<Vec<_>>()
    };
    let within = runs.iter().filter(|r| ends(r).iter().all(|(a, b)| *a < 1.0 || (1.0 / 3.0..=3.0).contains(&(b / a)))).count() as f64
        / runs.len() as f64;
    let spread = |values: Vec<f64>| {
        values.iter().copied().fold(0.0, f64::max) / values.iter().copied().filter(|x| *x >= 1.0).fold(f64::MAX, f64::min)
    };
    let kept: Vec<f64> =
        runs.iter().map(|r| spread(ends(r).iter().map(|x| x.1).collect()) / spread(ends(r).iter().map(|x| x.0).collect())).collect();
    let recruits = mean(&runs.iter().map(|r| r.outcome[column(case, "recruits")] / weeks as f64).collect::<Vec<_>>());
    let kept = order::median(&kept);
    verdict(
        within >= 0.90 && kept >= 0.5 && (38.0..=185.0).contains(&recruits),
        "x3 in 90 %; .5; 38 to 185",
        format!(
            "every bloc within x3 of its start in {:.0} % of {} futures; largest over smallest at {kept:.2} of the start's; {recruits:.0} recruits a week",
            100.0 * within,
            runs.len()
        ),
    )
}

/// Would catch recruitment that runs away, dries up, or makes all groups alike.
#[test]
#[ignore = "slow: about 30 s with the other checks of ten years"]
fn slow_health_recruitment() {
    let (ready, runs) = decade();
    let mut fast = ready.clone();
    let mut solved = (*ready.solved).clone();
    solved.recruitment.values_mut().iter_mut().for_each(|x| *x *= 6.0);
    fast.solved = Arc::new(solved);
    fast.scenario.weeks = 260;
    let broken = futures(&fast, 3);
    let case = &ready.scenario.case;
    guard(
        "health_recruitment",
        sizes(case, &runs.iter().map(|w| &w.run).collect::<Vec<_>>()),
        "six times the inflow",
        sizes(case, &broken.iter().collect::<Vec<_>>()),
    );
}

/// Deaths a month on the observed scale in years 1, 5 and 10, and the overlap of hostile forces.
fn levels(ready: &Ready, runs: &[Watched]) -> super::Verdict {
    let case = &ready.scenario.case;
    let seen = common::default_of(case, "combat.observation");
    let monthly: Vec<f64> = [1, 5, 10]
        .iter()
        .map(|&y| seen / 12.0 * mean(&runs.iter().map(|w| year(&w.run, case, "deaths", "all", y)).collect::<Vec<_>>()))
        .collect();
    let (first, last) =
        (mean(&runs.iter().map(|w| w.overlap.0).collect::<Vec<_>>()), mean(&runs.iter().map(|w| w.overlap.1).collect::<Vec<_>>()));
    verdict(
        monthly.iter().all(|m| (60.0..=200.0).contains(m)) && (last - first).abs() <= 0.1,
        "60 to 200; within .1",
        format!(
            "recorded deaths a month in years 1, 5, 10: {:.0}, {:.0}, {:.0}; overlap of hostile forces {first:.2} at the start, {last:.2} in the tenth year",
            monthly[0], monthly[1], monthly[2]
        ),
    )
}

/// Would catch a war that fades or runs away by algebra, or forces that wander off from each other.
#[test]
#[ignore = "slow: about 30 s with the other checks of ten years"]
fn slow_health_war() {
    let (ready, runs) = decade();
    let mut wandering = ready.clone();
    let mut solved = (*ready.solved).clone();
    solved.share.values_mut().fill(0.03);
    wandering.solved = Arc::new(solved);
    let broken: Vec<Watched> = each(0..3, |r| watch(&wandering, r));
    guard("health_war", levels(ready, runs), "forces that know no place of their own", levels(ready, &broken));
}

/// The largest of a draw's deaths over the median of all.
fn largest(deaths: &[f64]) -> super::Verdict {
    let median = order::median(deaths);
    let most = deaths.iter().copied().fold(0.0, f64::max);
    verdict(
        most <= 10.0 * median,
        "at most 10",
        format!("the deadliest of {} draws has {:.1} times the deaths of the median", deaths.len(), most / median),
    )
}

/// Would catch priors of which some give a war without end.
#[test]
#[ignore = "slow: about 40 s"]
fn slow_health_war_over_draws() {
    let scenario = control(count(78, DECADE), 80);
    let at = column(&scenario.case, "deaths");
    let deaths: Vec<f64> = (0..count(60, 200_u32))
        .into_par_iter()
        .map(|d| common::future(&common::ready_of(&scenario, super::draw(&scenario, d, &[])), SEED, u64::from(d)).outcome[at])
        .collect();
    let mut broken = deaths.clone();
    broken[0] *= 100.0;
    guard("health_war, draws", largest(&deaths), "one draw a hundred times as deadly", largest(&broken));
}

/// Would catch a cercle that empties within weeks. At 1:16 a zone of 20,000 is some two hundred households: where it is forty, as at 1:80,
/// who leaves is a count so small that it passes the most that the equations allow by luck.
#[test]
#[ignore = "slow: about 20 s"]
fn slow_health_emptying() {
    let check = |runs: &[Watched]| {
        let most = runs.iter().map(|w| w.emptied).fold(0.0, f64::max);
        verdict(
            most <= 0.30,
            "at most 30 %",
            format!("at most {:.1} % of a zone's people lost in four weeks, {} futures", 100.0 * most, runs.len()),
        )
    };
    let ready = common::ready(&control(count(260, DECADE), 16), &[]);
    let flighty = Ready {
        parameters: Arc::new(ready.parameters.with(&[("displacement.most", 0.3), ("displacement.per_death", 0.05)])),
        ..ready.clone()
    };
    let control = check(&each(0..count(12, 200), |r| watch(&ready, r)));
    guard("health_emptying, 2017-2021", control, "flight without its cap", check(&each(0..2, |r| watch(&flighty, r))));
    let july = common::ready(&scenario("no-process", 156, 16), &[]);
    holds("health_emptying, July 2026", check(&each(0..count(6, 60), |r| watch(&july, r))));
}

/// Would catch groups that can never fade: in some futures one must, in most none. Over the priors: at the defaults nobody does.
#[test]
#[ignore = "slow: about 20 s"]
fn slow_health_immortality() {
    let share = |flags: &[bool]| {
        let n = flags.iter().filter(|x| **x).count() as f64 / flags.len() as f64;
        verdict(
            (0.01..=0.30).contains(&n),
            "1 to 30 %",
            format!("in {:.1} % of {} futures of ten years, each of a draw of its own, some bloc goes dormant", 100.0 * n, flags.len()),
        )
    };
    let scenario = control(DECADE, 80);
    let fades = |d: u32| watch(&common::ready_of(&scenario, super::draw(&scenario, d, &[])), u64::from(d)).dormant;
    let flags: Vec<bool> = (0..count(100, 200)).into_par_iter().map(fades).collect();
    bites("health_immortality", "nobody ever fades", share(&vec![false; flags.len()]));
    holds("health_immortality", share(&flags));
}

/// Deaths and displacement of weeks 0-8 against the same season a year later.
fn cold(case: &Case, runs: &[Run]) -> super::Verdict {
    let sum = |from: usize| {
        mean(
            &runs
                .iter()
                .map(|r| series(case, r, "deaths", "all")[from..from + 9].iter().map(|&x| f64::from(x)).sum::<f64>())
                .collect::<Vec<_>>(),
        )
    };
    let ratio = sum(0) / sum(52);
    verdict(
        (ratio - 1.0).abs() <= 0.15,
        ".85 to 1.15",
        format!("deaths of weeks 0-8 are {ratio:.2} of those a year later, {} futures", runs.len()),
    )
}

/// Would catch a start that is calmer, or wilder, than what follows.
#[test]
#[ignore = "slow: about 25 s"]
fn slow_health_cold_start() {
    let ready = common::ready(&control(61, 80), &[]);
    let runs = futures(&ready, count(160, 4_000));
    let broken = each(0..30, |r| {
        play(&ready, r, |world, _, process| {
            if process == "combat" && world.week < 9 {
                world.excited.fill(0.0);
                world.climate -= 0.2;
            }
        })
    });
    let case = &ready.scenario.case;
    guard("health_cold_start", cold(case, &runs), "no excitation and a calm climate in the first weeks", cold(case, &broken));
}

/// Would catch violence by arithmetic: an organisation cut in two inside its bloc, nothing else changed.
#[test]
#[ignore = "slow: about 100 s"]
fn slow_health_dominance() {
    let mut scenario = control(104, 80);
    scenario.switched_off = vec!["politics".to_owned()];
    let cut = |set: &[(&str, f64)], replicates: u64| {
        let ready = common::ready(&scenario, set);
        let org = scenario.case.organisation("jnim-macina").unwrap();
        let pairs = each(0..replicates, |r| {
            let whole = common::future(&ready, SEED, r);
            let halves = play(&ready, r, |world, model, process| {
                if world.week == 0 && process == "timeline" {
                    politics::split(world, model, org, 0.5);
                    world.muster();
                }
            });
            (whole, halves)
        });
        Moved::headline(&scenario.case, pairs)
    };
    guard(
        "health_dominance",
        cut(&[("combat.fragmentation", 0.0)], 1_000).within(EQUIVALENT),
        "fragmentation raises attacks",
        cut(&[("combat.fragmentation", 0.6)], 12).may_lie_within(EQUIVALENT),
    );
}

/// Would catch a model that looks at its own end: the first weeks are the same whatever the horizon.
#[test]
fn health_horizon() {
    let compare = |meddle: bool| {
        let runs = [260, 520].map(|weeks| {
            let ready = common::ready(&common::teaching("two-valleys-inclusive", weeks), &[]);
            each(0..6, |r| {
                play(&ready, r, |world, model, process| {
                    if meddle && process == "combat" {
                        world.climate += 0.05 * f64::from(world.week) / f64::from(model.scenario.weeks);
                    }
                })
            })
        });
        let rows = |run: &Run, weeks: usize| run.series.chunks(weeks).flat_map(|row| row[..260].to_vec()).collect::<Vec<f32>>();
        let differ = runs[0].iter().zip(&runs[1]).filter(|(a, b)| rows(a, 260) != rows(b, 520)).count();
        verdict(differ == 0, "none", format!("the first 260 weeks of 260 and of 520 differ in {differ} of {} futures", runs[0].len()))
    };
    guard("health_horizon", compare(false), "the climate knows the horizon", compare(true));
}

/// A scenario and the same with a zone cut in two, ready to run.
fn whole_and_halves(base: &Scenario, case: &str, zone: &str, luck: Luck) -> [Ready; 2] {
    let files = sulh::scenario::read_case::embedded(case).unwrap();
    let case = sulh::scenario::read_case::read(&cut_in_two(&files, zone, 0.5)).unwrap_or_else(|problems| panic!("{problems}"));
    let set = [("deployment.reach", 150.0)];
    [base.clone(), with_case(base, case)].map(|scenario| common::ready_by(&scenario, &set, luck))
}

/// A pair of their futures.
fn pair([whole, halves]: &[Ready; 2], replicate: u64) -> (Run, Run) {
    (common::future(whole, SEED, replicate), common::future(halves, SEED, replicate))
}

/// Lucks of solving over which a cut is judged.
const LUCKS: u32 = 20;

/// With the whole cercle's levels on both sides, times `joining` in the halves: what people remember at the start is asked of other lineages where
/// names differ, in pasts of other luck, and levels that rest on it keep that.
fn with_levels_of_the_whole([whole, halves]: [Ready; 2], zone: &str, joining: f64) -> [Ready; 2] {
    let mut solved = (*halves.solved).clone();
    let (of, to) = (&whole.scenario.case, &halves.scenario.case);
    let cut = of.zones().find(|&q| of.places[q].slug == zone).expect("a place of the whole");
    for place in to.zones() {
        let slug = &to.places[place].slug;
        let was =
            of.zones().find(|&q| of.places[q].slug == *slug || *slug == format!("{}-b", of.places[q].slug)).expect("a place of the whole");
        for k in to.blocs.ids() {
            let here = if was == cut { joining } else { 1.0 };
            solved.recruitment[(k, place)] = here * whole.solved.recruitment[(k, was)];
            solved.threat[(k, place)] = whole.solved.threat[(k, was)];
        }
    }
    (solved.eta_mean, solved.alpha, solved.centre) = (whole.solved.eta_mean.clone(), whole.solved.alpha.clone(), whole.solved.centre);
    [whole, Ready { solved: Arc::new(solved), ..halves }]
}

/// Would catch totals that hang on how the map is cut: a cercle as two halves, with nothing between them. People one to one, for a coarser scale keeps
/// other households where names differ. Levels that are solved anew are judged apart, below. By the design's count of pairs: at 600 the interval is
/// wide enough to leave the bound by luck.
#[test]
#[ignore = "slow: about 3 minutes"]
fn slow_health_place() {
    let base = scenario("no-process", 104, 1);
    let cut = whole_and_halves(&base, "mali", "mopti", Luck::default());
    let totals = |joining: f64, replicates: u64| {
        let ready = with_levels_of_the_whole(cut.clone(), "mopti", joining);
        Moved::headline(&base.case, each(0..replicates, |r| pair(&ready, r)))
    };
    let broken = totals(2.0, 60).may_lie_within(EQUIVALENT);
    guard("health_place", totals(1.0, 2_000).within(EQUIVALENT), "in each half as many men join as in the whole", broken);
}

/// How far totals move where a zone is cut in two and levels are solved anew: with levels of abuse times `abuse` in the halves.
fn with_a_zone_in_two(base: &Scenario, (case, zone): (&str, &str), abuse: f64, replicates: u64) -> Moved {
    let ready = |luck| {
        let [whole, mut halves] = whole_and_halves(base, case, zone, luck);
        let mut solved = (*halves.solved).clone();
        solved.abuse.values_mut().iter_mut().for_each(|level| *level *= abuse);
        halves.solved = Arc::new(solved);
        [whole, halves]
    };
    Moved::headline(&base.case, Pairs::over(LUCKS, replicates, ready, pair))
}

const MOPTI: (&str, &str) = ("mali", "mopti");

/// The same with levels that are solved anew, from what people remember of pasts of other luck. Coercive rule is what moves most, and what needs
/// the design's count of pairs.
#[test]
#[ignore = "slow: about 3 minutes"]
fn slow_health_place_levels() {
    let base = scenario("no-process", 104, 1);
    guard(
        "health_place, levels solved anew",
        with_a_zone_in_two(&base, MOPTI, 1.0, 2_000).within(EQUIVALENT),
        "where the map is cut a fifth more is done to civilians",
        with_a_zone_in_two(&base, MOPTI, 1.2, 60).may_lie_within(EQUIVALENT),
    );
}

/// The same where a zone has a few thousand people. Protection reads incidents per 1,000 people of a community at a place, and one killing in a
/// village puts it under coercive rule where in a cercle it does not: of two halves, one.
#[test]
#[ignore = "does not hold for zones of some thousands (every total within 2 %): coercive rule moves by -10.0 +- 4.1 % (600 pairs of 20 lucks); see DECISIONS.md"]
fn missed_health_place_of_a_small_zone() {
    let base = common::teaching("two-valleys-exclusive", 104);
    holds(
        "health_place, teaching case",
        with_a_zone_in_two(&base, ("two-valleys", "lower-tesse"), 1.0, count(600, 6_000)).within(EQUIVALENT),
    );
}

/// A case's tables with a zone cut into two halves.
fn cut_in_two(files: &sulh::scenario::read_case::Files, zone: &str, people: f64) -> sulh::scenario::read_case::Files {
    let other = format!("{zone}-b");
    let mut files = files.clone();
    for (name, text) in &mut files {
        if !name.ends_with(".csv") {
            continue;
        }
        if name == "organisations.csv" {
            *text = text.replace(&format!(",{zone},"), &format!(",{zone};{other},"));
            continue;
        }
        let mut lines = text.lines().map(str::to_owned).collect::<Vec<_>>();
        let header: Vec<String> = lines[0].split(',').map(str::to_owned).collect();
        let at = |column: &str| header.iter().position(|h| h == column);
        let mut more = Vec::new();
        for line in &mut lines[1..] {
            let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
            let mine: Vec<usize> = (0..cells.len())
                .filter(|&i| cells[i] == zone && ["place", "home", "host", "a", "b"].contains(&header[i].as_str()))
                .collect();
            if mine.is_empty() {
                continue;
            }
            // What a place has much of is divided, what it has a share or level of is not.
            for (column, share) in [("people", people), ("value", 0.5), ("persons", 0.5), ("fighters", 0.5), ("households", people)] {
                if let Some(i) = at(column)
                    && let Ok(x) = cells[i].parse::<f64>()
                {
                    cells[i] = format!("{}", x * share);
                }
            }
            if let Some(i) = at("share").filter(|_| name.ends_with("fighters.csv")) {
                cells[i] = format!("{}", cells[i].parse::<f64>().unwrap() * 0.5);
            }
            *line = cells.join(",");
            for i in mine {
                cells[i].clone_from(&other);
            }
            if let Some(i) = at("name").filter(|_| name == "places.csv") {
                cells[i] += " B";
            }
            more.push(cells.join(","));
        }
        if name == "links.csv" {
            let mut cells = vec![String::new(); header.len()];
            for (i, h) in header.iter().enumerate() {
                cells[i] = match h.as_str() {
                    "km" | "seat_km" => "1".to_owned(),
                    _ if i == 0 => zone.to_owned(),
                    _ if i == 1 => other.clone(),
                    _ => "test".to_owned(),
                };
            }
            more.push(cells.join(","));
        }
        let place = lines.iter().rposition(|l| l.contains(",zone,")).map_or(lines.len(), |i| i + 1);
        if name == "places.csv" {
            lines.splice(place..place, more);
        } else {
            lines.extend(more);
        }
        *text = lines.join("\n") + "\n";
    }
    files
}

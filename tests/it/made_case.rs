//! Small cases made up at random, written as the tables and the scenario file that a user would write.
use std::collections::BTreeMap;
use std::fmt::Write;
use sulh::dice::{Dice, Draws, Stream};
use sulh::params;
use sulh::scenario::check::PROCESSES;
use sulh::scenario::read_case::{self, Files};

/// How large a made-up case is; `seed` fills its tables.
#[derive(Clone, Debug)]
pub struct Sizes {
    pub zones: usize,
    pub refuges: usize,
    pub communities: usize,
    /// Blocs beside the state's.
    pub blocs: usize,
    /// Organisations beside one of each bloc.
    pub more: usize,
    pub people: u32,
    pub fighters: f64,
    pub weeks: i32,
    pub scale: u32,
    /// Parameters that leave their priors for anywhere in their range.
    pub odd_parameters: usize,
    pub seed: u64,
}

struct Luck(Draws);

impl Luck {
    fn of(seed: u64, purpose: u64) -> Self {
        Self(Dice::new(seed, 0).at(Stream::Bootstrap, 0, purpose))
    }
    fn within(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.0.unit()
    }
    fn chance(&mut self, p: f64) -> bool {
        self.0.unit() < p
    }
    fn of_list<'a>(&mut self, list: &'a [String]) -> &'a str {
        &list[self.0.below(list.len())]
    }
    /// Shares that sum to 1, some of them 0.
    fn shares(&mut self, n: usize) -> Vec<f64> {
        let mut parts: Vec<f64> = (0..n).map(|_| if self.chance(0.25) { 0.0 } else { self.0.unit() }).collect();
        let lucky = self.0.below(n);
        parts[lucky] += 0.1;
        let sum: f64 = parts.iter().sum();
        parts.iter().map(|x| x / sum).collect()
    }
    fn some(&mut self, list: &[String], p: f64) -> String {
        list.iter().filter(|_| self.chance(p)).cloned().collect::<Vec<_>>().join(";")
    }
}

fn names(letter: &str, n: usize) -> Vec<String> {
    (0..n).map(|at| format!("{letter}{at}")).collect()
}

/// The tables of a case.
#[expect(clippy::too_many_lines, reason = "one paragraph per table")]
pub fn tables(sizes: &Sizes) -> Files {
    let mut luck = Luck::of(sizes.seed, 1);
    let (zones, refuges, communities) = (names("z", sizes.zones), names("r", sizes.refuges), names("c", sizes.communities));
    let places: Vec<String> = zones.iter().chain(&refuges).cloned().collect();
    let blocs: Vec<String> = std::iter::once("s".to_owned()).chain(names("b", sizes.blocs)).collect();
    let mut files = Files::new();
    let mut table = |name: &str, header: &str, rows: Vec<String>| {
        files.insert(name.to_owned(), format!("{header}\n{}", rows.iter().map(|row| format!("{row}\n")).collect::<String>()));
    };
    let mut about = format!(
        "name = \"made-up\"\nstate = \"s\"\nreference = \"ref\"\nhouseholds_of = {}\nmen_per_household = {:.2}\n",
        2 + luck.0.below(8),
        luck.within(1.0, 2.0)
    );
    about += &format!("displaced_inside = {}\n", luck.0.below(1_000));
    if luck.chance(0.5) {
        about += &format!("shown_community = \"{}\"\n", luck.of_list(&communities));
    }
    if luck.chance(0.5) && !refuges.is_empty() {
        about += &format!("counted_refuge = {{ place = \"{}\", name = \"abroad\" }}\n", luck.of_list(&refuges));
    }
    let scopes = luck.0.below(3);
    if scopes > 0 && luck.chance(0.5) {
        about += "waiting = \"g0\"\n";
    }
    about += "[scopes]\n";
    names("g", scopes).iter().for_each(|scope| about += &format!("{scope} = \"a scope\"\n"));

    let values = luck.shares(sizes.zones);
    let mut rows: Vec<String> = zones
        .iter()
        .zip(values)
        .map(|(zone, value)| {
            let scope = if scopes > 0 && luck.chance(0.8) { format!("g{}", luck.0.below(scopes)) } else { String::new() };
            let people = 1 + luck.0.below(sizes.people as usize);
            format!(
                "{zone},{zone},zone,R{},{scope},{zone},{:.3},{:.3},{:.3},{value:.6},{people}",
                luck.0.below(2),
                luck.within(0.0, 2.0),
                luck.within(0.0, 2.0),
                luck.0.unit()
            )
        })
        .collect();
    rows.extend(refuges.iter().map(|refuge| format!("{refuge},{refuge},refuge,R9,,{refuge},3,3,0,0,")));
    table("places.csv", "place,name,kind,region,scope,seat,lat,lon,remoteness,value,people", rows);
    table("regions.csv", "region,census,projection", (0..2).map(|at| format!("R{at},1000,{}", 500 + luck.0.below(1_000))).collect());
    table("refugees.csv", "refuge,persons", refuges.iter().map(|refuge| format!("{refuge},{}", luck.0.below(500))).collect());
    let mut links: Vec<String> = (1..places.len())
        .map(|at| format!("{},{},{:.1}", places[luck.0.below(at.min(sizes.zones))], places[at], luck.within(5.0, 400.0)))
        .collect();
    for _ in 0..luck.0.below(4) {
        let (a, b) = (luck.of_list(&places), luck.of_list(&places));
        let known = links.iter().any(|link| link.starts_with(&format!("{a},{b},")) || link.starts_with(&format!("{b},{a},")));
        if a != b && !known {
            links.push(format!("{a},{b},{:.1}", luck.within(5.0, 400.0)));
        }
    }
    table("links.csv", "a,b,km", links);

    let mut unit = |n: usize| (0..n).map(|_| format!("{:.3}", luck.0.unit())).collect::<Vec<_>>().join(",");
    table(
        "communities.csv",
        "community,name,livelihood,trust,marginalisation,hardship,rents,description,source",
        communities.iter().map(|c| format!("{c},{c},any,{},,", unit(4))).collect(),
    );
    let mut rows = Vec::new();
    for zone in &zones {
        rows.extend(communities.iter().zip(luck.shares(sizes.communities)).map(|(c, share)| format!("{zone},{c},{share:.6}")));
    }
    table("households.csv", "place,community,share", rows);
    let rows = communities
        .iter()
        .map(|c| format!("{c},{}", luck.shares(4).iter().map(|x| format!("{x:.6}")).collect::<Vec<_>>().join(",")))
        .collect();
    table("leanings.csv", "community,loyalist,independentist,islamist,none", rows);
    let rows = blocs.iter().map(|bloc| {
        let trend = if bloc == "s" { "loyalist" } else { ["loyalist", "independentist", "islamist"][luck.0.below(3)] };
        format!(
            "{bloc},{bloc},{trend},{:.3},{:.3},{:.3},{},{}",
            luck.0.unit(),
            luck.0.unit(),
            luck.0.unit(),
            luck.0.below(2),
            luck.0.below(2)
        )
    });
    table("blocs.csv", "bloc,name,trend,antistate,settles,taxes,islamic_courts,follows_disputes", rows.collect());

    // One organisation of each bloc, then more of any; those of the state are an army and perhaps partners.
    let mut organisations: Vec<(String, String)> = blocs.iter().map(|bloc| (format!("o-{bloc}"), bloc.clone())).collect();
    for at in 0..sizes.more {
        organisations.push((format!("more{at}"), luck.of_list(&blocs).to_owned()));
    }
    let orgs: Vec<String> = organisations.iter().map(|o| o.0.clone()).collect();
    let mut parties = vec!["s".to_owned()];
    let mut rows = Vec::new();
    for (org, bloc) in &organisations {
        let (party, recruits) = match (bloc.as_str(), org.as_str()) {
            ("s", "o-s") => ("s".to_owned(), "national"),
            ("s", _) => ("s".to_owned(), if luck.chance(0.5) { "contract" } else { "national" }),
            _ if luck.chance(0.8) => (org.clone(), "households"),
            _ => (String::new(), "households"),
        };
        if !party.is_empty() && !parties.contains(&party) {
            parties.push(party.clone());
        }
        let umbrella = if bloc != "s" && luck.chance(0.4) { "u" } else { "" };
        rows.push(format!(
            "{org},{org},{bloc},{umbrella},0,{party},{recruits},{:.2},{:.2},{:.2},{:.2},{},{},,",
            luck.within(0.3, 3.0),
            luck.0.unit(),
            luck.0.unit(),
            luck.0.unit(),
            luck.some(&communities, 0.5),
            luck.some(&zones, 0.3)
        ));
    }
    table(
        "organisations.csv",
        "organisation,name,bloc,umbrella,head,party,recruits,quality,cohesion,discipline,intelligence,communities,objectives,description,source",
        rows,
    );
    let mut rows = Vec::new();
    for bloc in &blocs {
        for community in &communities {
            let affinity = [luck.within(-1.0, 1.0), 1.0, 0.5, 0.0, -1.0][luck.0.below(5)];
            rows.push(format!("{bloc},{community},{affinity:.3}"));
        }
    }
    table("affinity.csv", "bloc,community,affinity", rows);
    table(
        "targeting.csv",
        "bloc,community,factor",
        (0..luck.0.below(3))
            .map(|_| format!("{},{},{:.2}", luck.of_list(&blocs), luck.of_list(&communities), luck.within(0.05, 20.0)))
            .collect(),
    );
    let mut rows = Vec::new();
    for (at, a) in blocs.iter().enumerate() {
        for b in &blocs[at + 1..] {
            if luck.chance(0.7) {
                let (tail, log_sd) = (["state-based", "between-groups"][luck.0.below(2)], [0.0, 0.5][luck.0.below(2)]);
                rows.push(format!(
                    "{a},{b},{:.3},{log_sd},{:.2},{:.2},{tail}",
                    luck.within(0.0, 3.0),
                    luck.within(0.1, 10.0),
                    luck.0.unit()
                ));
            }
        }
    }
    table("dyads.csv", "a,b,events_per_month,log_sd,loss_ratio,civilian_share,tail", rows);
    table(
        "onesided.csv",
        "bloc,events_per_month",
        blocs
            .iter()
            .filter(|_| luck.chance(0.8))
            .cloned()
            .collect::<Vec<_>>()
            .iter()
            .map(|bloc| format!("{bloc},{:.3}", luck.within(0.0, 2.0)))
            .collect(),
    );
    let mut rows = Vec::new();
    for zone in &zones {
        for (at, a) in communities.iter().enumerate() {
            for b in &communities[at + 1..] {
                if luck.chance(0.6) {
                    rows.push(format!("{zone},{a},{b},{:.3}", luck.0.unit()));
                }
            }
        }
    }
    table("feuds.csv", "place,a,b,dispute", rows);
    table("season.csv", "month,log_factor", (1..=12).map(|month| format!("{month},{:.2}", luck.within(-1.0, 1.0))).collect());
    let mut rows = Vec::new();
    for (at, party) in parties.iter().enumerate() {
        let enemy = if at == 0 { parties.last() } else { parties.first() }.expect("the state is a party");
        let weights = luck.shares(7);
        for (issue, weight) in ["autonomy", "justice", "posts", "amnesty", "foreign_forces", "rents", "recognition"].iter().zip(weights) {
            rows.push(format!("{party},{enemy},{issue},{:.3},{weight}", luck.within(0.01, 1.0)));
        }
    }
    table("preferences.csv", "party,main_enemy,issue,ideal_or_claim,weight", rows);
    let rows = parties
        .iter()
        .skip(1)
        .flat_map(|party| ["m", "s"].map(|convenor| (convenor, party)))
        .map(|(convenor, party)| format!("{convenor},{party},{:.3}", luck.0.unit()));
    table("access.csv", "convenor,party,access", rows.collect());
    table("timeline.csv", "date,event,flag", Vec::new());

    for start in ["ref", "2030-01-07"] {
        let mut table = |name: &str, header: &str, rows: Vec<String>| table(&format!("starts/{start}/{name}.csv"), header, rows);
        // Levels are solved on the reference: there no bloc is without fighters that may have some later.
        let least = |org: &str| if start == "ref" && org.starts_with("o-") { 1.0 } else { 0.0 };
        let rows = orgs.iter().map(|org| {
            format!(
                "{org},{:.0},{}",
                f64::max(if luck.chance(0.15) { 0.0 } else { luck.within(0.0, sizes.fighters) }, least(org)),
                [0.0, 0.3][luck.0.below(2)]
            )
        });
        table("organisations", "organisation,median,log_sd", rows.collect());
        let mut rows = Vec::new();
        for org in &orgs {
            rows.extend(zones.iter().zip(luck.shares(sizes.zones)).map(|(zone, share)| format!("{org},{zone},{share:.6}")));
        }
        table("fighters", "organisation,place,share", rows);
        let mut rows = Vec::new();
        for zone in &zones {
            let held = luck.0.unit();
            rows.extend(
                blocs.iter().zip(luck.shares(blocs.len())).map(|(bloc, share)| format!("{zone},{bloc},{:.6}", 0.999_99 * held * share)),
            );
        }
        table("control", "place,bloc,share", rows);
        let mut rows = Vec::new();
        for (at, a) in orgs.iter().enumerate() {
            for b in &orgs[at + 1..] {
                rows.push(format!("{a},{b},{}", ["hostile", "hostile", "truce", "neutral", "allied"][luck.0.below(5)]));
            }
        }
        table("stances", "a,b,stance", rows);
        let displaced: Vec<(String, String)> =
            (0..luck.0.below(4)).map(|_| (luck.of_list(&zones).to_owned(), luck.of_list(&places).to_owned())).collect();
        table(
            "displaced",
            "home,host,persons",
            displaced
                .iter()
                .filter(|(home, host)| home != host)
                .map(|(home, host)| format!("{home},{host},{}", luck.0.below(200)))
                .collect(),
        );
        let sieges = (0..luck.0.below(2))
            .filter(|_| blocs.len() > 1)
            .map(|_| (luck.of_list(&zones).to_owned(), luck.of_list(&blocs[1..]).to_owned()))
            .collect::<BTreeMap<_, _>>();
        table("sieges", "place,bloc", sieges.iter().map(|(place, bloc)| format!("{place},{bloc}")).collect());
        if start != "ref" {
            let rows = parties.iter().map(|party| {
                format!(
                    "{party},{:.3},{:.3},{:.3},{:.3},{:.2},{:.3},{:.3}",
                    luck.0.unit(),
                    luck.within(0.02, 0.98),
                    luck.within(0.0, 0.9),
                    luck.within(-1.0, 1.0),
                    luck.within(0.0, 3.0),
                    luck.0.unit(),
                    luck.within(-1.0, 1.0)
                )
            });
            table(
                "bargaining",
                "party,status_quo,p_win,hurt,momentum,decisive_multiplier,package_status_quo,package_momentum",
                rows.collect(),
            );
        }
    }
    files.insert("case.toml".to_owned(), about);
    // A pair stands once in a table, whatever luck says.
    for (_, text) in files.iter_mut().filter(|(name, _)| name.ends_with("targeting.csv") || name.ends_with("displaced.csv")) {
        let mut seen = std::collections::BTreeSet::new();
        let kept: Vec<String> =
            text.lines().filter(|line| seen.insert(line.split(',').take(2).collect::<Vec<_>>().join(","))).map(str::to_owned).collect();
        *text = kept.join("\n") + "\n";
    }
    files
}

/// A scenario file of such a case, with any track, switches, odd parameters and a dated change.
pub fn scenario(sizes: &Sizes, files: &Files) -> String {
    let case = read_case::read(files).unwrap_or_else(|problems| panic!("a made-up case must be sound: {problems}"));
    let mut luck = Luck::of(sizes.seed, 2);
    let mut text = format!("format = 1\ncase = \"made-up\"\nweeks = {}\nscale = {}\n", sizes.weeks, sizes.scale);
    let _ = writeln!(text, "population = \"{}\"", ["census", "projection"][luck.0.below(2)]);
    text += "[switches]\n";
    for process in PROCESSES.iter().filter(|_| luck.chance(0.06)) {
        let _ = writeln!(text, "{process} = false");
    }
    let declared = params::declared(&case, 0);
    let odd: BTreeMap<String, f64> = (0..sizes.odd_parameters)
        .map(|_| {
            // What a start says cannot change later.
            let may: Vec<_> = declared.iter().filter(|row| !params::is_of_a_table(&declared, row)).collect();
            let row = may[luck.0.below(may.len())];
            (row.path.clone(), luck.within(*row.range.start(), *row.range.end()))
        })
        .collect();
    text += "[parameters]\n";
    for (path, value) in &odd {
        let _ = writeln!(text, "{path:?} = {value:?}");
    }
    if luck.chance(0.3) {
        let may: Vec<_> = declared.iter().filter(|row| params::why_never_later(&declared, row).is_none()).collect();
        let row = may[luck.0.below(may.len())];
        let _ = writeln!(
            text,
            "[[timeline]]\nweek = {}\nset = {:?}\nvalue = {:?}",
            luck.0.below(sizes.weeks as usize),
            row.path,
            luck.within(*row.range.start(), *row.range.end())
        );
    }
    let others: Vec<String> =
        case.parties.ids().filter(|&party| party != case.state_party).map(|party| case.parties[party].slug.clone()).collect();
    let _ = writeln!(
        text,
        "[track]\nfirst_bid = {}\nside_payments = {}\naccord_replaces = {}\nguarantee = \"{}\"",
        luck.0.below(20),
        luck.chance(0.5),
        luck.chance(0.5),
        ["none", "diplomatic", "deployed"][luck.0.below(3)]
    );
    let _ = writeln!(
        text,
        "civil_society = {:.2}\nmonitoring = {:.2}\nbudget = {:.0}",
        luck.0.unit(),
        luck.0.unit(),
        luck.within(0.0, 5_000.0)
    );
    let communities: Vec<String> = case.communities.values().iter().map(|c| c.slug.clone()).collect();
    if communities.len() > 1 && luck.chance(0.4) {
        let _ = writeln!(text, "dialogues = [[\"c0\", \"c1\"]]");
    }
    if luck.chance(0.3) {
        let fixed: Vec<String> = ["autonomy", "justice", "posts", "amnesty", "foreign_forces"]
            .iter()
            .map(|issue| format!("{issue} = {:.2}", luck.0.unit()))
            .collect();
        let pies = if luck.chance(0.5) { ", rents = 0.5, recognition = 0.4" } else { "" };
        let _ = writeln!(text, "offers = {{ {}{pies} }}", fixed.join(", "));
    }
    let organisations: Vec<String> = case.organisations.values().iter().map(|o| o.slug.clone()).collect();
    let ddr = |luck: &mut Luck, name: &str| {
        format!(
            "[track.{name}]\nquota = {}\nintegrated_share = {:.2}\norganisations = [\"{}\"]\n{}",
            luck.0.below(400),
            luck.0.unit(),
            luck.of_list(&organisations),
            ["", "delay = 3\n"][luck.0.below(2)]
        )
    };
    let mut tables = String::new();
    if luck.chance(0.4) && !others.is_empty() {
        let _ = write!(
            tables,
            "[track.standing_accord]\nparties = [\"{}\"]\nage = {}\nimplementation = {:.2}\nmonitoring = {:.2}\n",
            luck.of_list(&others),
            luck.0.below(300),
            luck.0.unit(),
            luck.0.unit()
        );
    }
    for name in ["ddr", "accord_ddr"] {
        if luck.chance(0.4) {
            tables += &ddr(&mut luck, name);
        }
    }
    if !others.is_empty() && luck.chance(0.85) {
        let _ = writeln!(text, "convenor = \"{}\"", ["m", "s"][luck.0.below(2)]);
        if luck.chance(0.5) {
            let _ = write!(
                tables,
                "[track.contact_group]\nmembers = {}\nwestern_share = {:.2}\nfunds = {}\n",
                1 + luck.0.below(15),
                luck.0.unit(),
                luck.0.below(2_000)
            );
        }
        for party in &others {
            if luck.chance(0.3) {
                continue;
            }
            let modality = ["full", "full", "observer", "consultation"][luck.0.below(4)];
            let _ = write!(tables, "[[track.seats]]\nparty = \"{party}\"\nmodality = \"{modality}\"\n");
            // Only who bargains can block.
            if luck.chance(0.3) && modality == "full" {
                let _ = writeln!(tables, "veto = {}", luck.chance(0.5));
            }
            if luck.chance(0.4) {
                let _ = writeln!(
                    tables,
                    "conditions = {{ hazard = {:.2}, exit_cost = {:.2}, recognition = {:.2} }}",
                    luck.within(0.0, 100.0),
                    luck.within(0.0, 2.0),
                    luck.0.unit()
                );
            }
        }
    }
    text + &tables
}

/// The tables of a case in which one cell is another's, empty, or a number that does not belong there.
pub fn damaged(sizes: &Sizes) -> Files {
    let mut files = tables(sizes);
    let mut luck = Luck::of(sizes.seed, 3);
    let names: Vec<String> =
        files.iter().filter(|(name, text)| name.ends_with(".csv") && text.lines().count() > 1).map(|(name, _)| name.clone()).collect();
    let name = luck.of_list(&names).to_owned();
    let mut rows: Vec<Vec<String>> = files[&name].lines().map(|line| line.split(',').map(str::to_owned).collect()).collect();
    // Now and then the header is hit: a column is missing then.
    let (row, column) = (if luck.chance(0.05) { 0 } else { 1 + luck.0.below(rows.len() - 1) }, luck.0.below(rows[0].len()));
    let other = rows[1 + luck.0.below(rows.len() - 1)][luck.0.below(rows[0].len())].clone();
    let given = ["", "0", "1", "-1", "0.5", "1e9", "nan", "inf", "x", "c0", "z0", "s"].map(str::to_owned);
    rows[row][column] = if luck.chance(0.4) { other } else { luck.of_list(&given).to_owned() };
    println!("{name}: {}", rows[row].join(","));
    files.insert(name, rows.iter().map(|row| row.join(",") + "\n").collect());
    files
}

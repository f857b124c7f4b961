//! `[track]`: who convenes whom, on what terms, and what accords and programmes stand beside the talks.
use super::checker::{Checker, In, rows};
use crate::index::{Community, Org, Party};
use crate::scenario::keys::{self, Row};
use crate::scenario::raw::{At, NO_SEAT, Node, Table, Value};
use crate::scenario::track::{Conditions, ContactGroup, Ddr, FIRST_BID, Guarantee, Mark, Modality, Seat, StandingAccord, Track};

impl Checker<'_> {
    pub(super) fn track(&mut self, of: In) -> Track {
        self.keys(of);
        let case = self.case;
        let convenor = self.text(of, "convenor").filter(|(text, _)| text != "none").and_then(|(text, at)| {
            let found = case.access.iter().position(|(name, _)| *name == text);
            if found.is_none() {
                self.unknown_row(at, Row::Convenor, &text);
            }
            found
        });
        let seats = self.seats(of);
        if let (Some(node), None) = (of.get("seats"), convenor)
            && !seats.is_empty()
            && of.get("convenor").is_none_or(|node| node.value == Value::Text("none".to_owned()))
        {
            let problem = self.sources.problem(node.at, "seats without a convenor: nobody invites them");
            let without = if of.get("convenor").is_some() { "; or take the seats away: `seats = []`" } else { "" };
            let problem = problem.hint(format!("add `convenor`, one of {}{without}", rows(case, Row::Convenor).join(", ")));
            self.problems.add(match of.get("convenor") {
                Some(other) => problem.also(self.sources.place(other.at), "nobody convenes"),
                None => problem,
            });
        }
        let contact_group = self.optional(of, "contact_group", "track.contact_group").map(|group| ContactGroup {
            members: self.number(group, "members").unwrap_or(1.0),
            western_share: self.number(group, "western_share").unwrap_or(0.0),
            funds: self.number(group, "funds").unwrap_or(0.0),
        });
        let (guarantee, guarantee_strength, guarantee_decay) = self.guarantee(of);
        let as_what = |node: &Node| matches!(node.value, Value::Text(_));
        let civil_society_as = if of.get("civil_society").is_some_and(as_what) {
            self.choice(of, "civil_society", &[Modality::Full, Modality::Observer, Modality::Consultation])
        } else {
            None
        };
        let civil_society =
            if of.get("civil_society").is_some_and(as_what) { 0.0 } else { self.number(of, "civil_society").unwrap_or(0.0) };
        Track {
            convenor,
            seats,
            first_bid: self.whole(of, "first_bid").map_or(FIRST_BID, |week| i32::try_from(week).unwrap_or(0)),
            offers: self.offers(of),
            side_payments: self.boolean(of, "side_payments").unwrap_or(false),
            guarantee,
            guarantee_strength,
            guarantee_decay,
            civil_society,
            civil_society_as,
            monitoring: self.number(of, "monitoring").unwrap_or(0.0),
            enforcement: self.number(of, "enforcement").unwrap_or(0.0),
            budget: self.number(of, "budget").unwrap_or(3_000.0),
            contact_group,
            standing_accord: self.standing_accord(of),
            ddr: self.ddr(of, "ddr", "track.ddr"),
            accord_ddr: self.ddr(of, "accord_ddr", "track.accord_ddr"),
            dialogues: self.dialogues(of),
            accord_replaces: self.boolean(of, "accord_replaces").unwrap_or(true),
            marks: self.marks(of),
        }
    }

    fn guarantee(&mut self, of: In) -> (Guarantee, Option<f64>, Option<f64>) {
        const KINDS: [Guarantee; 3] = [Guarantee::None, Guarantee::Diplomatic, Guarantee::Deployed];
        match of.table.get("guarantee") {
            Some(Node { value: Value::Table(_), .. }) => {
                let Some(inner) = self.optional(of, "guarantee", "track.guarantee") else { return (Guarantee::None, None, None) };
                let kind = self.choice(inner, "kind", &KINDS).unwrap_or(Guarantee::None);
                (kind, self.number(inner, "strength"), self.number(inner, "decay"))
            }
            Some(node) if !matches!(node.value, Value::Text(_)) => {
                self.fault(node.at, format!("`guarantee` is {}: give {}", node.value.kind(), keys::find("track", "guarantee").allowed()));
                (Guarantee::None, None, None)
            }
            _ => (self.choice(of, "guarantee", &KINDS).unwrap_or(Guarantee::None), None, None),
        }
    }

    fn seats(&mut self, of: In) -> Vec<Seat> {
        let mut seats: Vec<(Seat, At)> = Vec::new();
        // Seats may be written by party as well; then they are laid over none.
        let by_party = match of.table.entries.iter().find(|(key, _, _)| key == "seats") {
            Some((key, at, node)) if matches!(node.value, Value::Table(_)) => {
                Some(Table::default().under(Table { entries: vec![(key.clone(), *at, node.clone())] }))
            }
            _ => None,
        };
        let of = In { table: by_party.as_ref().unwrap_or(of.table), ..of };
        for node in self.list(of, "seats") {
            if self.problems.full() {
                break;
            }
            if let Value::Table(table) = &node.value
                && let (Some(Node { value: Value::Text(party), .. }), Some(Node { at, value })) = (table.get("party"), table.get(NO_SEAT))
            {
                if *value == Value::Text("none".to_owned()) {
                    self.fault(*at, format!("`{party}`: there is no such seat to take away"));
                } else {
                    let way_out = format!("a seat: {party} = {{ modality = \"observer\" }}; {party} = \"none\" takes it away");
                    self.misshapen(*at, &format!("seats.{party}"), value, "a table", Some(way_out));
                }
                continue;
            }
            let Value::Table(table) = &node.value else {
                const SEAT: &str =
                    "a seat: { modality = \"observer\" }, in a list with its party: { party = \"fla\", modality = \"observer\" }";
                self.misshapen(node.at, "seats", &node.value, "a table", Some(SEAT.to_owned()));
                continue;
            };
            let entry = In { section: "track.seats", table, at: Some(node.at) };
            self.keys(entry);
            let before = self.drawn.len();
            let modality =
                self.choice(entry, "modality", &[Modality::Full, Modality::Observer, Modality::Consultation]).unwrap_or(Modality::Full);
            let veto = self.boolean(entry, "veto");
            if let (Some(true), Modality::Observer | Modality::Consultation, Some(by), Some(as_what)) =
                (veto, modality, entry.get("veto"), entry.get("modality"))
            {
                self.fault_also(by.at, "only a full seat can have a veto", as_what.at, "how it takes part");
            }
            let conditions = self.optional(entry, "conditions", "track.seats.conditions").map(|conditions| Conditions {
                hazard: self.number(conditions, "hazard").unwrap_or(1.0),
                exit_cost: self.number(conditions, "exit_cost").unwrap_or(1.0),
                recognition: self.number(conditions, "recognition").unwrap_or(0.0),
            });
            let Some((text, at)) = self.text(entry, "party") else {
                if entry.get("party").is_none() {
                    self.missing(entry, keys::find("track.seats", "party"));
                }
                continue;
            };
            for of_seat in &mut self.drawn[before..] {
                of_seat.path = of_seat.path.replacen("track.seats", &format!("track.seats.{text}"), 1);
                of_seat.name.clone_from(&of_seat.path);
            }
            let Some(party) = self.party(&text, at) else { continue };
            if party == self.case.state_party {
                self.fault(at, "the state always has its seat: list the others");
            } else if let Some((_, first)) = seats.iter().find(|(seat, _)| seat.party == party) {
                self.fault_also(at, format!("`{text}` has two seats"), *first, "the first");
            } else {
                seats.push((Seat { party, modality, conditions, veto }, at));
            }
        }
        seats.into_iter().map(|(seat, _)| seat).collect()
    }

    fn standing_accord(&mut self, of: In) -> Option<StandingAccord> {
        let accord = self.optional(of, "standing_accord", "track.standing_accord")?;
        let parties = self.names(accord, "parties", |c, text, at| {
            let party = c.party(text, at);
            if party == Some(c.case.state_party) {
                c.fault(at, "the state signs every accord: list the others");
            }
            party.filter(|&party| party != c.case.state_party)
        });
        if accord.get("parties").is_none_or(|node| node.value == Value::List(Vec::new())) {
            self.missing(accord, keys::find("track.standing_accord", "parties"));
        }
        Some(StandingAccord {
            parties,
            age: self.number(accord, "age").unwrap_or(0.0),
            implementation: self.number(accord, "implementation").unwrap_or(0.0),
            monitoring: self.number(accord, "monitoring").unwrap_or(0.0),
            enforcement: self.number(accord, "enforcement").unwrap_or(0.0),
        })
    }

    fn ddr(&mut self, of: In, key: &str, section: &'static str) -> Option<Ddr> {
        let ddr = self.optional(of, key, section)?;
        let standing = keys::of(section).any(|key| key.name == "delivered");
        let quota = self.number(ddr, "quota").unwrap_or(0.0);
        let delivered = if standing { self.number(ddr, "delivered").unwrap_or(0.0) } else { 0.0 };
        if let (Some(node), Some(of)) = (ddr.get("delivered"), ddr.get("quota"))
            && standing
            && delivered > quota
        {
            self.fault_also(node.at, format!("{delivered} persons delivered of a quota of {quota}"), of.at, "the quota");
        }
        let organisations = self.names(ddr, "organisations", |c, text, at| c.organisation(text, at));
        if standing && ddr.get("organisations").is_none_or(|node| node.value == Value::List(Vec::new())) {
            self.missing(ddr, keys::find(section, "organisations"));
        }
        Some(Ddr {
            quota,
            integrated_share: self.number(ddr, "integrated_share").unwrap_or(2.0 / 3.0),
            delivered,
            organisations,
            delay: self.number(ddr, "delay"),
            pace: self.number(ddr, "pace").unwrap_or(1.0),
        })
    }

    fn dialogues(&mut self, of: In) -> Vec<(Community, Community)> {
        let mut pairs: Vec<((Community, Community), At)> = Vec::new();
        for node in self.list(of, "dialogues") {
            if self.problems.full() {
                break;
            }
            let Value::List(list) = &node.value else {
                self.misshapen(
                    node.at,
                    "a dialogue",
                    &node.value,
                    "a list",
                    Some("a list of pairs: [[\"tuareg\", \"fulani\"]]".to_owned()),
                );
                continue;
            };
            if list.len() != 2 {
                self.fault(node.at, format!("a dialogue has two communities, this one {}", list.len()));
                continue;
            }
            if let (Some(a), Some(b)) = (self.community(&list[0]), self.community(&list[1])) {
                let pair = (a.min(b), a.max(b));
                if a == b {
                    self.fault_also(list[1].at, "a community cannot be in dialogue with itself", list[0].at, "the same");
                } else if let Some((_, first)) = pairs.iter().find(|(known, _)| *known == pair) {
                    self.fault_also(node.at, "this dialogue stands twice", *first, "the first");
                } else {
                    pairs.push((pair, node.at));
                }
            }
        }
        let mut pairs: Vec<(Community, Community)> = pairs.into_iter().map(|(pair, _)| pair).collect();
        pairs.sort();
        pairs
    }

    fn marks(&mut self, of: In) -> Vec<Mark> {
        let mut marks = Vec::new();
        for entry in self.tables(of, "marks", "track.marks") {
            if self.problems.full() {
                break;
            }
            if self.nothing_to_take(entry) {
                continue;
            }
            let week = self.week(entry).map(|(week, _)| week);
            match (self.told(entry, "text"), week) {
                (Some((text, _)), Some(week)) if week <= self.weeks => marks.push(Mark { week: i32::try_from(week).unwrap_or(0), text }),
                (None, _) if entry.get("text").is_none() => self.missing(entry, keys::find("track.marks", "text")),
                // A mark after a shorter horizon is nobody's mistake: it is not reached.
                _ => {}
            }
        }
        marks.sort_by(|a, b| (a.week, &a.text).cmp(&(b.week, &b.text)));
        marks
    }

    fn party(&mut self, text: &str, at: At) -> Option<Party> {
        let found = self.case.party(text);
        if found.is_none() {
            self.unknown_row(at, Row::Party, text);
        }
        found
    }

    fn organisation(&mut self, text: &str, at: At) -> Option<Org> {
        let found = self.case.organisation(text);
        if found.is_none() {
            self.unknown_row(at, Row::Organisation, text);
        }
        found
    }

    fn community(&mut self, node: &Node) -> Option<Community> {
        let text = self.text_of(node, "community")?;
        let found = self.case.community(&text);
        if found.is_none() {
            self.unknown_row(node.at, Row::Community, &text);
        }
        found
    }
}

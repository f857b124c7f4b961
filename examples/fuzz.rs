//! Throws broken scenario and case files at the readers: no panic, no endless time or memory, no message that steers a terminal.
//!
//!     cargo run --release --example fuzz -- 3600            # an hour, from a seed of the clock
//!     cargo run --release --example fuzz -- 60 7            # a minute, from seed 7
//!
//! Inputs are mutated texts of the corpus: scenarios, tables of a case, and files of a case that adds to another. The corpus is what ships, `tests/corpus/wrong`, `tests/corpus/added` and `tests/corpus/fuzz`, where findings are
//! kept. An input whose messages are of a new kind joins the corpus of the session, which leads the search to where no input was
//! before. The input at work is in `target/fuzz/last`, so that it is there after an abort; a finding is written beside it.
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use sulh::dice::{Dice, Draws, Stream};
use sulh::params::{self, Parameters};
use sulh::scenario::library::SCENARIOS;
use sulh::scenario::read_case::{self, Files, Layer};
use sulh::scenario::{Changes, Library, Problems, Scenario, facts};
use sulh::sim::{self, Asked, Ready};
use sulh::world::Template;

/// Longest that reading one input may take, of the processor's time where the system says, else by the clock.
const LONGEST: Duration = Duration::from_secs(5);
/// Longest report of one input, bytes.
const LOUDEST: usize = 4 << 20;
/// Most inputs of each sort that a session keeps.
const MOST_KEPT: usize = 4_000;
/// Most kinds of message that a session remembers at a time.
const MOST_KINDS: usize = 100_000;
/// Most memory that the process may come to, bytes (where the system says).
const MOST: u64 = 2 << 30;

/// Pieces that a mutation puts somewhere: syntax, names of keys, numbers at the edge.
const PIECES: &[&str] = &[
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "=",
    ".",
    ",",
    "\"",
    "'",
    "\"\"\"",
    "'''",
    "#",
    "\n",
    "\r\n",
    "\t",
    "\\",
    "\\u0000",
    "\\U0010FFFF",
    "\u{feff}",
    "\u{202e}",
    "é",
    "\0",
    "0",
    "-0",
    "1e308",
    "-1e308",
    "1e-320",
    "nan",
    "inf",
    "-inf",
    "9223372036854775807",
    "9223372036854775808",
    "0xFFFFFFFFFFFFFFFF",
    "0b1",
    "1_000",
    "1979-05-27",
    "9999-12-31",
    "0000-00-00",
    "07:32:00",
    "true",
    "false",
    "\"none\"",
    "\"open\"",
    "[]",
    "{}",
    "format = 1\n",
    "extends = ",
    "case = ",
    "start = ",
    "weeks = ",
    "scale = ",
    "[track]\n",
    "[[track.seats]]\n",
    "[track.seats]\n",
    "party = ",
    "modality = ",
    "conditions = ",
    "veto = ",
    "[track.ddr]\n",
    "quota = ",
    "organisations = ",
    "dialogues = ",
    "marks = ",
    "offers = ",
    "guarantee = ",
    "civil_society = ",
    "[parameters]\n",
    "[switches]\n",
    "[[timeline]]\n",
    "date = ",
    "week = ",
    "set = ",
    "value = ",
    "track.seats.fla",
    "track.ddr.quota",
    "stance.fla.issp",
    "switches.combat",
    "lognormal = { median = 1, log_sd = 1 }",
    "uniform = { from = 0.1, to = 0.9 }",
    "{ from = 0.1, to = 0.9 }",
    "strength = ",
    "removed = true\n",
    "[removed]\n",
    "\"access.csv\" = [\"kasmar\"]\n",
    "timeline = []\n",
    "from = ",
    "to = ",
    "beta = ",
    "\"bamako-only\"",
    "\"mauritanian-multiparty\"",
    "\"two-valleys-exclusive\"",
    "\"two-valleys\"",
    "\"fla\"",
    "\"state\"",
    "\"idaksahak\"",
    "\"full\"",
    "\"deployed\"",
    "place",
    "community",
    "share",
    "zone",
    "1000000000",
    "0.0000001",
    ";",
];

/// What a session came to.
#[derive(Debug, Default)]
pub struct Report {
    /// Inputs tried.
    pub inputs: u64,
    /// Inputs that were sound.
    pub sound: u64,
    /// Futures that sound inputs were run for.
    pub futures: u64,
    /// Kinds of message seen.
    pub kinds: usize,
    /// The longest that one input took.
    pub longest: Duration,
    /// What went wrong, and where the input is.
    pub findings: Vec<String>,
}

/// An input: a scenario, a case with one table changed, or one file of a case that adds to another.
#[derive(Clone)]
enum Input {
    Scenario(Vec<u8>),
    Table(String, Vec<u8>),
    Added(String, Vec<u8>),
}

struct Session {
    draws: Draws,
    scenarios: Vec<Vec<u8>>,
    tables: Vec<(String, Vec<u8>)>,
    added: Vec<(String, Vec<u8>)>,
    files: Files,
    kinds: BTreeSet<u64>,
    report: Report,
    folder: PathBuf,
    keep: bool,
}

/// Tries so many inputs, or for so long, whatever comes first.
#[must_use]
pub fn session(most: u64, length: Duration, seed: u64, keep: bool) -> Report {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut scenarios: Vec<Vec<u8>> = SCENARIOS.iter().map(|file| file.text.as_bytes().to_vec()).collect();
    for folder in ["wrong", "added", "fuzz"] {
        texts(&root.join("tests/corpus").join(folder), &mut scenarios);
    }
    let files = read_case::embedded("two-valleys").unwrap_or_default();
    let tables = files.iter().map(|(name, text)| (name.clone(), text.as_bytes().to_vec())).collect();
    let folder = root.join("target/fuzz");
    std::fs::create_dir_all(&folder).unwrap_or_default();
    let draws = Dice::new(seed, 0).at(Stream::Bootstrap, 0, 0);
    let mut added = Vec::new();
    for of in ["added/league", "added/fewer", "wrong/case-removed-key", "wrong/case-removed-needed", "wrong/case-removed-nobody"] {
        let files = read_case::from_folder(&root.join("tests/corpus").join(of)).unwrap_or_default();
        added.extend(files.into_iter().map(|(name, text)| (name, text.into_bytes())));
    }
    let mut session = Session { draws, scenarios, tables, added, files, kinds: BTreeSet::new(), report: Report::default(), folder, keep };
    let begun = Instant::now();
    while begun.elapsed() < length && session.report.inputs < most {
        session.one();
    }
    session.report.kinds += session.kinds.len();
    session.report
}

/// Adds an input to a part of the corpus; where that is full, in place of one that came later than what ships.
fn join<T: Clone>(part: &mut Vec<T>, length: usize, input: &T, place: usize) {
    if length >= 20_000 {
        return;
    }
    if part.len() < MOST_KEPT {
        part.push(input.clone());
    } else {
        part[MOST_KEPT / 2 + place % (MOST_KEPT / 2)] = input.clone();
    }
}

fn texts(folder: &Path, found: &mut Vec<Vec<u8>>) {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.extension().is_some_and(|end| end == "toml") {
            found.extend(std::fs::read(path));
        }
    }
}

impl Session {
    fn one(&mut self) {
        let input = match self.draws.below(6) {
            0 => {
                let (name, text) = self.tables[self.draws.below(self.tables.len())].clone();
                Input::Table(name, self.mutated(text, true))
            }
            1 => {
                // case.toml says most, and is one file of many.
                let toml = self.draws.below(2) == 0;
                let which: Vec<usize> = (0..self.added.len()).filter(|&at| !toml || self.added[at].0 == "case.toml").collect();
                let (name, text) = self.added[which[self.draws.below(which.len())]].clone();
                Input::Added(name, self.mutated(text, true))
            }
            _ => {
                let text = self.scenarios[self.draws.below(self.scenarios.len())].clone();
                Input::Scenario(self.mutated(text, false))
            }
        };
        let (Input::Scenario(bytes) | Input::Table(_, bytes) | Input::Added(_, bytes)) = &input;
        if self.keep {
            let _ = std::fs::write(self.folder.join("last"), bytes);
        }
        self.report.inputs += 1;
        let begun = Instant::now();
        let before = on_processor();
        let run = self.report.inputs.is_multiple_of(3);
        let tried = catch_unwind(AssertUnwindSafe(|| try_one(&input, &self.files, run)));
        let took = match (before, on_processor()) {
            (Some(before), Some(after)) => after.saturating_sub(before),
            _ => begun.elapsed(),
        };
        self.report.longest = self.report.longest.max(took);
        let fault = match tried {
            Err(panic) => Some(format!(
                "panic: {}",
                panic.downcast_ref::<String>().map_or_else(|| panic.downcast_ref::<&str>().unwrap_or(&"?").to_string(), Clone::clone)
            )),
            Ok(Err(fault)) => Some(fault),
            Ok(Ok(_)) if took > LONGEST => Some(format!("took {took:?}")),
            Ok(Ok(told)) => {
                self.report.sound += u64::from(told.sound);
                self.report.futures += u64::from(told.ran);
                let before = self.kinds.len();
                self.kinds.extend(&told.kinds);
                let new = self.kinds.len() > before;
                // What says something new is a place to search from.
                if new {
                    let place = self.draws.bits() as usize;
                    match &input {
                        Input::Scenario(bytes) => join(&mut self.scenarios, bytes.len(), bytes, place),
                        Input::Table(name, bytes) => join(&mut self.tables, bytes.len(), &(name.clone(), bytes.clone()), place),
                        Input::Added(name, bytes) => join(&mut self.added, bytes.len(), &(name.clone(), bytes.clone()), place),
                    }
                    // The memory of a session is to be that of its inputs, and not of what it remembers.
                    if self.kinds.len() > MOST_KINDS {
                        self.report.kinds += self.kinds.len();
                        self.kinds.clear();
                    }
                }
                None
            }
        };
        let fault = fault.or_else(|| memory().filter(|&bytes| bytes > MOST).map(|bytes| format!("{bytes} bytes of memory")));
        if let Some(fault) = fault {
            let end = if matches!(input, Input::Scenario(_)) { "toml" } else { "csv" };
            let path = self.folder.join(format!("finding-{}.{end}", self.report.findings.len()));
            let _ = std::fs::write(&path, bytes);
            let of = if let Input::Table(name, _) | Input::Added(name, _) = &input { format!(" ({name})") } else { String::new() };
            self.report.findings.push(format!("{}{of}: {fault}", path.display()));
        }
    }

    fn mutated(&mut self, mut bytes: Vec<u8>, table: bool) -> Vec<u8> {
        for _ in 0..=self.draws.below(6) {
            let length = bytes.len();
            let at = self.draws.below(length + 1);
            match self.draws.below(13) {
                0..3 => {
                    let piece = PIECES[self.draws.below(PIECES.len())];
                    bytes.splice(at..at, piece.bytes());
                }
                3 => {
                    let end = (at + self.draws.below(40)).min(length);
                    bytes.drain(at..end);
                }
                4 => {
                    let end = (at + self.draws.below(200)).min(length);
                    let part = bytes[at..end].to_vec();
                    let to = self.draws.below(bytes.len() + 1);
                    bytes.splice(to..to, part);
                }
                5 => {
                    // A number becomes another one.
                    if let Some(digit) = (at..length).find(|&at| bytes[at].is_ascii_digit()) {
                        let end = (digit..length).find(|&at| !bytes[at].is_ascii_digit() && bytes[at] != b'.').unwrap_or(length);
                        let number = PIECES[PIECES.iter().position(|&p| p == "0").unwrap_or(0) + self.draws.below(16)];
                        bytes.splice(digit..end, number.bytes());
                    }
                }
                6 => {
                    let mut lines: Vec<Vec<u8>> = bytes.split(|&b| b == b'\n').map(<[u8]>::to_vec).collect();
                    let (a, b) = (self.draws.below(lines.len()), self.draws.below(lines.len()));
                    lines.swap(a, b);
                    bytes = lines.join(&b'\n');
                }
                7 => {
                    // Many of the same.
                    let many = [10, 100, 1_000, 20_000][self.draws.below(4)];
                    let piece = [
                        "[",
                        "{a=",
                        "a.",
                        "\"",
                        "#",
                        ",",
                        "[[x]]\n",
                        "9",
                        "é",
                        "x = 1\n",
                        "\n",
                        "[[track.seats]]\n",
                        "[[timeline]]\nweek = 1\n",
                    ][self.draws.below(13)];
                    bytes.splice(at..at, piece.repeat(many).into_bytes());
                }
                8 => {
                    if length > 0 {
                        let at = self.draws.below(length);
                        bytes[at] = self.draws.below(256) as u8;
                    }
                }
                9 => {
                    let other = if table {
                        self.tables[self.draws.below(self.tables.len())].1.clone()
                    } else {
                        self.scenarios[self.draws.below(self.scenarios.len())].clone()
                    };
                    let from = self.draws.below(other.len() + 1);
                    bytes.truncate(at);
                    bytes.extend_from_slice(&other[from..]);
                }
                10 => bytes.truncate(at),
                11 => {
                    // A line is left out, or stands twice.
                    let mut lines: Vec<Vec<u8>> = bytes.split(|&b| b == b'\n').map(<[u8]>::to_vec).collect();
                    let which = self.draws.below(lines.len());
                    if self.draws.below(2) == 0 {
                        lines.remove(which);
                    } else {
                        let line = lines[which].clone();
                        lines.insert(which, line);
                    }
                    bytes = lines.join(&b'\n');
                }
                _ => {
                    // A word of the corpus in place of another.
                    let words = |bytes: &[u8]| -> Vec<(usize, usize)> {
                        let mut found = Vec::new();
                        let mut from = None;
                        for (at, byte) in bytes.iter().chain(b" ").enumerate() {
                            match (byte.is_ascii_alphanumeric() || *byte == b'-' || *byte == b'_', from) {
                                (true, None) => from = Some(at),
                                (false, Some(start)) => {
                                    found.push((start, at));
                                    from = None;
                                }
                                _ => {}
                            }
                        }
                        found
                    };
                    let found = words(&bytes);
                    if !found.is_empty() {
                        let ((a, b), (c, d)) = (found[self.draws.below(found.len())], found[self.draws.below(found.len())]);
                        let word = bytes[c..d].to_vec();
                        bytes.splice(a..b, word);
                    }
                }
            }
            bytes.truncate(2 << 20);
        }
        bytes
    }
}

struct Told {
    sound: bool,
    ran: bool,
    kinds: Vec<u64>,
}

fn try_one(input: &Input, files: &Files, run: bool) -> Result<Told, String> {
    match input {
        Input::Scenario(bytes) => match Library::new().load_text("fuzz.toml", &String::from_utf8_lossy(bytes), &Changes::default()) {
            Ok(scenario) => {
                let said = facts::facts(&scenario);
                let small = scenario.case.household_size > 6.5;
                let ran = run && small && future(&scenario);
                Ok(Told { sound: true, ran, kinds: vec![said.len() as u64] })
            }
            Err(problems) => told(&problems),
        },
        Input::Added(name, bytes) => {
            let about = "format = 1\nextends = \"two-valleys\"\n".to_owned();
            let more: Files = [("case.toml".to_owned(), about), (name.clone(), String::from_utf8_lossy(bytes).into_owned())].into();
            let layers = [Layer { name: "two-valleys".to_owned(), files: files.clone() }, Layer { name: "fuzz".to_owned(), files: more }];
            // What differs is told of sound and unsound cases alike.
            let lines = read_case::differences(&layers[..1], &layers).len();
            match read_case::read_layers(&layers) {
                Ok(case) => Ok(Told { sound: true, ran: false, kinds: vec![case.organisations.len() as u64, lines as u64] }),
                Err(problems) => told(&problems),
            }
        }
        Input::Table(name, bytes) => {
            let mut files = files.clone();
            files.insert(name.clone(), String::from_utf8_lossy(bytes).into_owned());
            match read_case::read(&files) {
                Ok(case) => Ok(Told { sound: true, ran: false, kinds: vec![case.organisations.len() as u64] }),
                Err(problems) => told(&problems),
            }
        }
    }
}

/// Runs some weeks of a sound scenario of the small case.
fn future(scenario: &Scenario) -> bool {
    let drawn: Vec<f64> =
        scenario.drawn_rows().iter().map(|row| row.prior.quantile(0.9).clamp(*row.range.start(), *row.range.end())).collect();
    let mut scenario = scenario.settled(&drawn);
    scenario.weeks = scenario.weeks.min(30);
    let template = std::sync::Arc::new(Template::new(&scenario));
    let declared = params::declared(&scenario.case, scenario.start);
    let values: Vec<f64> = declared
        .iter()
        .map(|row| scenario.overrides.iter().find(|(path, _)| *path == row.path).map_or(row.prior, |x| x.1).median())
        .collect();
    let ready = Ready::new(&scenario, &template, Parameters::from_values(&scenario.case, &values));
    let dice = Dice::new(1, 0);
    let _ = sim::run(&ready, sim::burn_in(&ready, dice), dice, Asked::default());
    true
}

/// Whether the messages are fit to be shown, and of what kinds they are.
fn told(problems: &Problems) -> Result<Told, String> {
    if problems.0.is_empty() {
        return Err("refused without a problem".to_owned());
    }
    let text = problems.report(false, 100);
    if text.len() > LOUDEST {
        return Err(format!("a report of {} bytes", text.len()));
    }
    if let Some(steering) = text.chars().find(|c| c.is_control() && *c != '\n') {
        return Err(format!("the report holds {steering:?}"));
    }
    for problem in &problems.0 {
        if problem.line == 0 || problem.column == 0 || problem.fault.is_empty() {
            return Err(format!("no place or fault: {problem}"));
        }
    }
    let kinds = problems.0.iter().map(|problem| kind(&problem.fault)).collect();
    Ok(Told { sound: false, ran: false, kinds })
}

/// A message without what it names: words in quotes and numbers.
fn kind(fault: &str) -> u64 {
    let mut hash = 7_u64;
    let mut quoted = false;
    for byte in fault.bytes() {
        quoted ^= byte == b'`';
        if !quoted && byte.is_ascii_alphabetic() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    hash
}

/// How long this thread has been on a processor, where the system says: others on the machine do not count.
fn on_processor() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

/// The most memory that this process came to, where the system says.
fn memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

#[allow(dead_code, reason = "the tests include this file for `session`")]
fn main() {
    let mut arguments = std::env::args().skip(1);
    let seconds: u64 = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(60);
    let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(1, |time| time.as_secs());
    let seed: u64 = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(clock);
    std::panic::set_hook(Box::new(|_| {}));
    println!("seed {seed}, {seconds} s");
    let report = session(u64::MAX, Duration::from_secs(seconds), seed, true);
    println!(
        "{} inputs, {} of them sound, {} futures, {} kinds of message, the longest took {:?}, {} MB",
        report.inputs,
        report.sound,
        report.futures,
        report.kinds,
        report.longest,
        memory().unwrap_or(0) >> 20
    );
    for finding in &report.findings {
        println!("{finding}");
    }
    std::process::exit(i32::from(!report.findings.is_empty()));
}

//! The store of runs: each finished run is a checksummed record of its own, on disk before it is counted.
//!
//! A folder holds segments that are only ever appended to, each by one process. A record is a mark, the length, the key
//! of the run, its bytes, and a checksum. A damaged or cut-off record is not there; its run is done again. Which segment
//! a record stands in, and in what order, does not matter: folders can be merged by copying segments.
use crate::observe::{CommunityRecord, Fork, Funnel, Run, STAGES};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The identity of a run: a hash of everything that it depends on.
pub type Key = [u8; 32];

const MARK: [u8; 8] = *b"sulhrun1";
const HEAD: usize = MARK.len() + 4 + 32;
const SUM: usize = 16;
/// Longest record, bytes.
const LONGEST: usize = 1 << 28;
/// Records are on disk at least this often.
const SYNC: Duration = Duration::from_millis(900);

/// The identity of a run of a scenario.
#[must_use]
pub fn key(model: &str, resolved: &str, draw: Option<u32>, replicate: u64, seed: u64) -> Key {
    let mut hash = Sha256::new();
    for part in [model, resolved] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    // Defaults are another draw than any number.
    hash.update(draw.map_or(u64::MAX, u64::from).to_le_bytes());
    hash.update(replicate.to_le_bytes());
    hash.update(seed.to_le_bytes());
    hash.finalize().into()
}

fn sum(head: &[u8], payload: &[u8]) -> [u8; SUM] {
    let digest = Sha256::new().chain_update(head).chain_update(payload).finalize();
    digest[..SUM].try_into().expect("a digest is longer")
}

/// Where a record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    segment: usize,
    from: u64,
    bytes: usize,
}

/// A folder of runs, open for reading and appending.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    segments: Vec<PathBuf>,
    places: BTreeMap<Key, Place>,
    writer: Option<BufWriter<File>>,
    unsynced: u64,
    last_sync: Instant,
    /// Records that were found damaged or cut off.
    pub damaged: usize,
}

impl Store {
    /// Opens a folder, which is made if it does not exist, and finds the sound records in it.
    ///
    /// # Errors
    /// Where it cannot be read or made.
    pub fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let mut segments: Vec<PathBuf> = fs::read_dir(folder)?
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| path.extension().is_some_and(|end| end == "runs"))
            .collect();
        segments.sort();
        let mut store = Self {
            folder: folder.to_path_buf(),
            segments,
            places: BTreeMap::new(),
            writer: None,
            unsynced: 0,
            last_sync: Instant::now(),
            damaged: 0,
        };
        for segment in 0..store.segments.len() {
            let mut bytes = Vec::new();
            File::open(&store.segments[segment])?.read_to_end(&mut bytes)?;
            let (found, damaged) = records(&bytes);
            store.damaged += damaged;
            for (key, from, length) in found {
                store.places.entry(key).or_insert(Place { segment, from: from as u64, bytes: length });
            }
        }
        Ok(store)
    }

    /// Whether a run is there.
    #[must_use]
    pub fn has(&self, key: &Key) -> bool {
        self.places.contains_key(key)
    }

    /// Number of runs.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Appends a run. It counts once [`Store::sync`] has returned.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn append(&mut self, key: &Key, run: &Run) -> io::Result<()> {
        let payload = encode(run);
        let mut head = Vec::with_capacity(HEAD);
        head.extend(MARK);
        head.extend((payload.len() as u32).to_le_bytes());
        head.extend(key);
        if self.writer.is_none() {
            self.writer = Some(BufWriter::new(self.new_segment()?));
        }
        let Some(writer) = &mut self.writer else { return Err(io::Error::other("no segment")) };
        writer.write_all(&head)?;
        writer.write_all(&payload)?;
        writer.write_all(&sum(&head, &payload))?;
        self.unsynced += 1;
        Ok(())
    }

    fn new_segment(&mut self) -> io::Result<File> {
        for number in 0..100_000 {
            let path = self.folder.join(format!("{:08}-{number:05}.runs", std::process::id()));
            match OpenOptions::new().append(true).create_new(true).open(&path) {
                Ok(file) => {
                    #[cfg(unix)]
                    File::open(&self.folder)?.sync_all()?;
                    return Ok(file);
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::other("too many segments"))
    }

    /// Brings everything appended to the disk and says how many records that were.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn sync(&mut self) -> io::Result<u64> {
        if let Some(writer) = &mut self.writer {
            writer.flush()?;
            writer.get_ref().sync_data()?;
        }
        self.last_sync = Instant::now();
        Ok(std::mem::take(&mut self.unsynced))
    }

    /// [`Store::sync`], if the last one was a while ago.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn sync_if_due(&mut self) -> io::Result<u64> {
        if self.unsynced > 0 && self.last_sync.elapsed() >= SYNC { self.sync() } else { Ok(0) }
    }

    /// Reads a run that was there when the folder was opened.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn read(&self, key: &Key) -> io::Result<Option<Run>> {
        let Some(place) = self.places.get(key) else { return Ok(None) };
        let mut bytes = vec![0; place.bytes];
        read_at(&self.segments[place.segment], place.from, &mut bytes)?;
        Ok(decode(&bytes))
    }
}

fn read_at(path: &Path, from: u64, bytes: &mut [u8]) -> io::Result<()> {
    use std::io::{Seek, SeekFrom};
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(from))?;
    file.read_exact(bytes)
}

/// The sound records of a segment: key, first byte and length of each payload; and how many spots are damaged.
fn records(bytes: &[u8]) -> (Vec<(Key, usize, usize)>, usize) {
    let mut found = Vec::new();
    let mut damaged = 0;
    let mut at = 0;
    while at < bytes.len() {
        if let Some((key, from, length)) = record(bytes, at) {
            found.push((key, from, length));
            at = from + length + SUM;
        } else {
            damaged += 1;
            // The next mark, wherever it is: one flipped byte costs one record.
            let rest = &bytes[at + 1..];
            at = rest.windows(MARK.len()).position(|window| window == MARK).map_or(bytes.len(), |skip| at + 1 + skip);
        }
    }
    (found, damaged)
}

fn record(bytes: &[u8], at: usize) -> Option<(Key, usize, usize)> {
    let head = bytes.get(at..at + HEAD)?;
    if head[..MARK.len()] != MARK {
        return None;
    }
    let length = u32::from_le_bytes(head[8..12].try_into().ok()?) as usize;
    if length > LONGEST {
        return None;
    }
    let payload = bytes.get(at + HEAD..at + HEAD + length)?;
    let said = bytes.get(at + HEAD + length..at + HEAD + length + SUM)?;
    (sum(head, payload) == said).then(|| (head[12..HEAD].try_into().unwrap_or([0; 32]), at + HEAD, length))
}

/// Names of stages that can be forked, as numbers in records.
const FORKS: [&str; 2] = ["conditions", "accord"];

/// The bytes of a run (little-endian, no padding).
#[must_use]
pub fn encode(run: &Run) -> Vec<u8> {
    let mut out = Vec::with_capacity(run.series.len() * 4 + 4_096);
    let count = |out: &mut Vec<u8>, n: usize| out.extend((n as u32).to_le_bytes());
    let numbers = |out: &mut Vec<u8>, values: &[f64]| {
        out.extend((values.len() as u32).to_le_bytes());
        values.iter().for_each(|value| out.extend(value.to_le_bytes()));
    };
    numbers(&mut out, &run.outcome);
    count(&mut out, run.communities.len());
    for c in &run.communities {
        for value in [c.civilian_deaths, c.displaced_person_weeks, c.coercive_share_mean, c.recruits].iter().chain(&c.leanings) {
            out.extend(value.to_le_bytes());
        }
    }
    count(&mut out, run.series.len());
    run.series.iter().for_each(|value| out.extend(value.to_le_bytes()));
    for (week, observable) in run.funnel.reached.iter().zip(run.funnel.observable) {
        out.push(u8::from(week.is_some()) | u8::from(observable) << 1);
        out.extend(week.unwrap_or(0).to_le_bytes());
    }
    count(&mut out, run.forks.len());
    for fork in &run.forks {
        out.push(FORKS.iter().position(|stage| *stage == fork.stage).unwrap_or(0) as u8);
        out.extend(fork.week.to_le_bytes());
        numbers(&mut out, &fork.difference);
        numbers(&mut out, &fork.civilian_deaths);
    }
    out.extend(run.touches.to_le_bytes());
    count(&mut out, run.digests.len());
    run.digests.iter().for_each(|digest| out.extend(digest.to_le_bytes()));
    out
}

/// Reads what [`encode`] wrote; `None` if it is something else.
#[must_use]
pub fn decode(bytes: &[u8]) -> Option<Run> {
    let mut left = bytes;
    let run = decode_from(&mut left)?;
    left.is_empty().then_some(run)
}

fn take<const N: usize>(left: &mut &[u8]) -> Option<[u8; N]> {
    let (first, rest) = left.split_first_chunk::<N>()?;
    *left = rest;
    Some(*first)
}

fn count(left: &mut &[u8], bytes_each: usize) -> Option<usize> {
    let n = u32::from_le_bytes(take(left)?) as usize;
    (n.checked_mul(bytes_each)? <= left.len()).then_some(n)
}

fn numbers(left: &mut &[u8]) -> Option<Vec<f64>> {
    (0..count(left, 8)?).map(|_| take(left).map(f64::from_le_bytes)).collect()
}

fn decode_from(left: &mut &[u8]) -> Option<Run> {
    let outcome = numbers(left)?;
    let mut communities = Vec::new();
    for _ in 0..count(left, 64)? {
        let mut v = [0.0; 8];
        for value in &mut v {
            *value = f64::from_le_bytes(take(left)?);
        }
        communities.push(CommunityRecord {
            civilian_deaths: v[0],
            displaced_person_weeks: v[1],
            coercive_share_mean: v[2],
            recruits: v[3],
            leanings: [v[4], v[5], v[6], v[7]],
        });
    }
    let series = (0..count(left, 4)?).map(|_| take(left).map(f32::from_le_bytes)).collect::<Option<Vec<_>>>()?;
    let mut funnel = Funnel::default();
    for stage in 0..STAGES.len() {
        let [flags] = take(left)?;
        let week = i32::from_le_bytes(take(left)?);
        funnel.reached[stage] = (flags & 1 != 0).then_some(week);
        funnel.observable[stage] = flags & 2 != 0;
    }
    let mut forks = Vec::new();
    for _ in 0..count(left, 13)? {
        let [stage] = take(left)?;
        forks.push(Fork {
            stage: FORKS.get(stage as usize)?,
            week: i32::from_le_bytes(take(left)?),
            difference: numbers(left)?,
            civilian_deaths: numbers(left)?,
        });
    }
    let touches = u64::from_le_bytes(take(left)?);
    let digests = (0..count(left, 8)?).map(|_| take(left).map(u64::from_le_bytes)).collect::<Option<Vec<_>>>()?;
    Some(Run { outcome, communities, series, funnel, forks, touches, digests })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(x: u64) -> Run {
        let mut run =
            Run { outcome: vec![x as f64, f64::NAN, -0.0], series: vec![0.5; 40], touches: x, digests: vec![x, 2], ..Run::default() };
        run.communities = vec![CommunityRecord { civilian_deaths: 1.5, leanings: [0.1, 0.2, 0.3, 0.4], ..CommunityRecord::default() }; 3];
        run.funnel.reached[2] = Some(-4);
        run.funnel.observable[3] = true;
        run.forks = vec![Fork { stage: "accord", week: 30, difference: vec![1.0], civilian_deaths: vec![] }];
        run
    }

    fn name(x: u64) -> Key {
        key("model", "text", Some(1), x, 7)
    }

    fn filled(folder: &Path, count: u64) -> PathBuf {
        let mut store = Store::open(folder).unwrap();
        for x in 0..count {
            store.append(&name(x), &run(x)).unwrap();
        }
        assert_eq!(store.sync().unwrap(), count);
        fs::read_dir(folder).unwrap().next().unwrap().unwrap().path()
    }

    #[test]
    fn runs_survive_the_round_trip_bit_by_bit() {
        let bytes = encode(&run(3));
        assert_eq!(encode(&decode(&bytes).unwrap()), bytes);
        for cut in 0..bytes.len() {
            assert!(decode(&bytes[..cut]).is_none());
        }
    }

    #[test]
    fn keys_differ_by_everything_that_a_run_depends_on() {
        let base = key("m", "ab", Some(0), 1, 2);
        for other in [
            key("n", "ab", Some(0), 1, 2),
            key("m", "ac", Some(0), 1, 2),
            key("ma", "b", Some(0), 1, 2),
            key("m", "ab", None, 1, 2),
            key("m", "ab", Some(0), 2, 2),
            key("m", "ab", Some(0), 1, 3),
        ] {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn a_cut_tail_or_a_flipped_byte_costs_that_record_only() {
        let folder = tempfile::tempdir().unwrap();
        let segment = filled(folder.path(), 10);
        let whole = fs::read(&segment).unwrap();
        let each = whole.len() / 10;
        for cut in [1, each - 1, each / 2] {
            fs::write(&segment, &whole[..whole.len() - cut]).unwrap();
            let store = Store::open(folder.path()).unwrap();
            assert_eq!((store.len(), store.damaged, store.has(&name(9))), (9, 1, false));
        }
        for (at, expect) in [(0, 9), (9, 9), (20, 9), (60, 9), (each * 4 + 30, 9), (each - 1, 9)] {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x40;
            fs::write(&segment, &bytes).unwrap();
            let mut store = Store::open(folder.path()).unwrap();
            assert_eq!((store.len(), store.damaged), (expect, 1), "byte {at}");
            let lost = (at / each) as u64;
            assert!(!store.has(&name(lost)));
            // It is done again and stands beside the others.
            store.append(&name(lost), &run(lost)).unwrap();
            store.sync().unwrap();
            let store = Store::open(folder.path()).unwrap();
            assert_eq!(store.len(), 10);
            assert_eq!(store.read(&name(lost)).unwrap().unwrap().touches, lost);
            for entry in fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).filter(|path| *path != segment) {
                fs::remove_file(entry).unwrap();
            }
        }
    }

    #[test]
    fn folders_merge_by_copying_in_any_order() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        filled(one.path(), 6);
        let segment = filled(two.path(), 9);
        fs::copy(segment, one.path().join("a.runs")).unwrap();
        let store = Store::open(one.path()).unwrap();
        assert_eq!(store.len(), 9);
        for x in 0..9 {
            assert_eq!(encode(&store.read(&name(x)).unwrap().unwrap()), encode(&run(x)));
        }
    }
}

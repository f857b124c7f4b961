//! Runs jobs on a pool of its own and delivers what they give in the order of their numbers.
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, Once, PoisonError, mpsc};
use std::time::{Duration, Instant};

/// How a runner behaves.
#[derive(Clone, Debug)]
pub struct Conduct {
    /// Threads.
    pub jobs: usize,
    /// Set from outside to stop after the jobs in flight.
    pub stop: Arc<AtomicBool>,
    /// Time after which no job starts.
    pub deadline: Option<Instant>,
}

/// How a sequence of jobs ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// All were delivered.
    Done,
    /// A signal, the deadline or the receiver stopped it; what was begun has been delivered.
    Stopped,
}

/// A panic that a job ended in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panic {
    /// What it said, and where.
    pub message: String,
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
    static SAID: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs something that may panic; the panic becomes a value and prints nothing.
///
/// # Errors
/// The panic.
pub fn attempt<T>(work: impl FnOnce() -> T) -> Result<T, Panic> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                before(info);
                return;
            }
            let what = info.payload();
            let what = what.downcast_ref::<&str>().map(|&text| text.to_owned()).or_else(|| what.downcast_ref::<String>().cloned());
            let place = info.location().map_or_else(String::new, |place| format!(" ({}:{})", place.file(), place.line()));
            let message = format!("{}{place}", what.unwrap_or_else(|| "a panic without words".to_owned()));
            SAID.with_borrow_mut(|said| *said = Some(message));
        }));
    });
    let quiet = QUIET.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    QUIET.set(quiet);
    let said = SAID.with_borrow_mut(Option::take);
    result.map_err(|_| Panic { message: said.unwrap_or_else(|| "a panic without words".to_owned()) })
}

/// What waits between the threads: which job starts next, and how far delivery has come.
struct Window {
    next: usize,
    delivered: usize,
}

/// Runs `work` for each of `jobs` and hands the results to `receive` in the order of `jobs`, on the calling thread.
/// Memory is bounded: at most a few times as many results as threads wait for an earlier one. If `receive` says
/// `false`, nothing more starts.
///
/// # Panics
/// If the pool of threads cannot be made.
pub fn run<T: Send>(
    jobs: &[u64],
    conduct: &Conduct,
    work: impl Fn(u64) -> T + Sync,
    mut receive: impl FnMut(u64, Result<T, Panic>) -> bool,
    mut idle: impl FnMut(),
) -> Ended {
    let threads = conduct.jobs.clamp(1, jobs.len().max(1));
    let ahead = threads * 4;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).thread_name(|at| format!("future-{at}")).build().expect("threads");
    let window = (Mutex::new(Window { next: 0, delivered: 0 }), Condvar::new());
    let refused = AtomicBool::new(false);
    let halted = || {
        refused.load(Ordering::Relaxed) || conduct.stop.load(Ordering::Relaxed) || conduct.deadline.is_some_and(|at| Instant::now() >= at)
    };
    let (send, results) = mpsc::channel();
    let mut delivered = 0;
    pool.in_place_scope(|scope| {
        for _ in 0..threads {
            let (send, window, work, halted) = (send.clone(), &window, &work, &halted);
            scope.spawn(move |_| {
                loop {
                    let at = {
                        let mut state = window.0.lock().unwrap_or_else(PoisonError::into_inner);
                        loop {
                            if state.next >= jobs.len() || halted() {
                                return;
                            }
                            if state.next < state.delivered + ahead {
                                break;
                            }
                            state = window.1.wait_timeout(state, Duration::from_millis(50)).unwrap_or_else(PoisonError::into_inner).0;
                        }
                        state.next += 1;
                        state.next - 1
                    };
                    if send.send((at, attempt(|| work(jobs[at])))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        let mut waiting = BTreeMap::new();
        loop {
            match results.recv_timeout(Duration::from_millis(200)) {
                Ok((at, result)) => {
                    waiting.insert(at, result);
                    while let Some(result) = waiting.remove(&delivered) {
                        if !receive(jobs[delivered], result) {
                            refused.store(true, Ordering::Relaxed);
                        }
                        delivered += 1;
                    }
                    window.0.lock().unwrap_or_else(PoisonError::into_inner).delivered = delivered;
                    window.1.notify_all();
                }
                Err(mpsc::RecvTimeoutError::Timeout) => idle(),
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
            }
        }
    });
    if delivered == jobs.len() { Ended::Done } else { Ended::Stopped }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    fn conduct(jobs: usize) -> Conduct {
        Conduct { jobs, stop: Arc::new(AtomicBool::new(false)), deadline: None }
    }

    #[test]
    fn results_come_in_order_and_panics_are_values() {
        let jobs: Vec<u64> = (0..200).map(|x| x * 3).collect();
        for threads in [1, 2, 7] {
            let mut got = Vec::new();
            let ended = run(
                &jobs,
                &conduct(threads),
                |job| {
                    assert!(job != 30, "job {job} is cursed");
                    job * 2
                },
                |job, result| {
                    got.push((job, result));
                    true
                },
                || {},
            );
            assert_eq!(ended, Ended::Done);
            assert_eq!(got.iter().map(|x| x.0).collect::<Vec<_>>(), jobs);
            for (job, result) in got {
                match result {
                    Ok(value) => assert_eq!(value, job * 2),
                    Err(panic) => assert!(job == 30 && panic.message.starts_with("job 30 is cursed ("), "{panic:?}"),
                }
            }
        }
    }

    #[test]
    fn few_results_wait_and_a_stop_delivers_what_was_begun() {
        let jobs: Vec<u64> = (0..400).collect();
        let (begun, taken) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let conduct = conduct(3);
        let ended = run(
            &jobs,
            &conduct,
            |job| {
                begun.fetch_add(1, Ordering::SeqCst);
                assert!(begun.load(Ordering::SeqCst) - taken.load(Ordering::SeqCst) <= 3 * 4 + 1);
                if job == 50 {
                    conduct.stop.store(true, Ordering::SeqCst);
                }
            },
            |_, result| {
                assert!(result.is_ok());
                taken.fetch_add(1, Ordering::SeqCst);
                true
            },
            || {},
        );
        assert_eq!(ended, Ended::Stopped);
        assert_eq!(begun.load(Ordering::SeqCst), taken.load(Ordering::SeqCst));
        assert!(taken.load(Ordering::SeqCst) >= 50);
    }

    #[test]
    fn a_receiver_and_a_deadline_can_stop_it_and_nothing_is_no_work() {
        let jobs: Vec<u64> = (0..100).collect();
        assert_eq!(run(&jobs, &conduct(2), |job| job, |job, _| job < 3, || {}), Ended::Stopped);
        let late = Conduct { deadline: Some(Instant::now()), ..conduct(2) };
        assert_eq!(run(&jobs, &late, |job| job, |_, _| true, || {}), Ended::Stopped);
        assert_eq!(run(&[], &late, |job| job, |_, _| true, || {}), Ended::Done);
    }
}

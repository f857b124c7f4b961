//! What ends a command that works for long: it finishes what is in flight, and says where it stands.
use super::Failed;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGUSR1};
use signal_hook::flag;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// A flag that signals set from here on, but those that are ignored.
pub(super) fn heeded() -> Result<Arc<AtomicBool>, Failed> {
    let stop = Arc::new(AtomicBool::new(false));
    let ignored = ignored();
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGUSR1].into_iter().filter(|signal| ignored >> (signal - 1) & 1 == 0) {
        // In this order: the second signal finds the flag set and ends the program at once.
        flag::register_conditional_shutdown(signal, 75, Arc::clone(&stop))
            .and_then(|_| flag::register(signal, Arc::clone(&stop)))
            .map_err(|error| Failed::Bug(format!("signals cannot be handled: {error}")))?;
    }
    Ok(stop)
}

/// Signals that whoever started the program had it ignore, as `nohup` does with the end of a session: a bit each, the first the lowest. None
/// where the system does not tell.
#[must_use]
pub fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

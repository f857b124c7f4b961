//! How far an experiment has come: on stderr, in the form asked for.
use super::output::{tell, tell_as, tell_object};
use super::{Color, Progress};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;
use std::io::{IsTerminal, stderr};
use std::time::{Duration, Instant};

/// Tells how far the work is.
pub(super) struct Reporter {
    form: Form,
    total: u64,
    failed: u64,
    begun: Instant,
    /// Runs that were there before.
    found: Option<u64>,
    /// Runs at the beginning that say little of the pace of all others, as something is prepared for each once.
    slow: u64,
    /// Since when the pace is known, and how many were done by then.
    paced: Option<(Instant, u64)>,
    last: Option<Instant>,
}

enum Form {
    Bar(ProgressBar),
    Plain,
    Json,
    None,
}

impl Reporter {
    /// A reporter of work of `total` runs.
    pub(super) fn new(progress: Progress, color: Color, quiet: bool, total: u64) -> Self {
        let form = match progress {
            _ if quiet => Form::None,
            Progress::None => Form::None,
            Progress::Json => Form::Json,
            Progress::Auto if stderr().is_terminal() => Form::Bar(bar(color, total)),
            Progress::Auto | Progress::Plain => Form::Plain,
        };
        Self { form, total, failed: 0, begun: Instant::now(), found: None, slow: 0, paced: None, last: None }
    }

    /// The same, where some runs at the beginning take longer than the others and are not to foretell them.
    pub(super) fn after(self, slow: u64) -> Self {
        Self { slow, ..self }
    }

    /// `done` runs are on disk.
    pub(super) fn update(&mut self, done: u64, failure: Option<&str>) {
        let found = *self.found.get_or_insert(done);
        if self.paced.is_none() && done.saturating_sub(found) >= self.slow {
            self.paced = Some(if self.slow == 0 { (self.begun, done) } else { (Instant::now(), done) });
        }
        if let Some(failure) = failure {
            self.failed += 1;
            match &self.form {
                Form::Bar(bar) => bar.suspend(|| tell(failure)),
                _ => tell_as("failure", failure),
            }
        }
        if let Form::Bar(bar) = &self.form {
            bar.set_position(done);
            return;
        }
        if matches!(self.form, Form::None) {
            return;
        }
        let pause = if matches!(self.form, Form::Json) { Duration::from_millis(500) } else { Duration::from_secs(15) };
        // The first line comes after a while: short work needs none.
        let since = self.last.unwrap_or(self.begun);
        if since.elapsed() >= pause {
            self.last = Some(Instant::now());
            self.line(done);
        }
    }

    /// Nothing more comes.
    pub(super) fn finish(&mut self, done: u64) {
        match &self.form {
            Form::Bar(bar) => bar.finish_and_clear(),
            Form::Json => self.line(done),
            Form::Plain if self.last.is_some() => self.line(done),
            Form::Plain | Form::None => {}
        }
    }

    fn line(&self, done: u64) {
        let seconds = self.begun.elapsed().as_secs();
        let left = self.left(done);
        match self.form {
            Form::Json => {
                tell_object(&json!({ "done": done, "failed": self.failed, "seconds": seconds, "seconds_left": left, "total": self.total }))
            }
            _ => tell(&format!(
                "{done} of {} runs after {seconds} s{}",
                self.total,
                left.map_or_else(String::new, |left| format!(", about {left} s left"))
            )),
        }
    }

    /// Seconds that the rest takes at the pace so far, if it is known.
    fn left(&self, done: u64) -> Option<u64> {
        let (since, before) = self.paced.filter(|paced| done > paced.1)?;
        Some((since.elapsed().as_secs_f64() * self.total.saturating_sub(done) as f64 / (done - before) as f64).round() as u64)
    }
}

fn bar(color: Color, total: u64) -> ProgressBar {
    let plain = color == Color::Never || (color == Color::Auto && std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()));
    let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr_with_hz(8));
    let template = if plain { "{bar:40} {pos} of {len} runs, {eta} left" } else { "{bar:40.cyan/blue} {pos} of {len} runs, {eta} left" };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

//! How many files have been read, on a terminal, where that takes longer than a moment.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rlm_context::LoadProgress;

/// What is done within this is not worth a line that comes and goes.
const MOMENT: Duration = Duration::from_millis(500);

/// Whether it may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loading {
    /// On a terminal.
    Shown,
    /// Nowhere.
    Hidden,
}

impl Loading {
    /// Makes what is told of each file, and the line that shows it, which is to be cleared afterwards.
    pub fn begin(self) -> (LoadProgress, ProgressBar) {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{pos} of {len} files read") {
            bar.set_style(style);
        }
        let (began, line) = (Instant::now(), bar.clone());
        let told = move |read: usize, of: usize| {
            if self == Self::Hidden || began.elapsed() < MOMENT {
                return;
            }
            if line.is_hidden() {
                // Where there is no terminal, it stays hidden.
                line.set_draw_target(ProgressDrawTarget::stderr());
            }
            line.set_length(of as u64);
            line.set_position(read as u64);
        };
        (LoadProgress::new(told), bar)
    }
}

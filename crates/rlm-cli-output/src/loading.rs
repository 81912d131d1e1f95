//! A progress line on the terminal that counts files read, if loading takes longer than half a
//! second.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rlm_context::LoadProgress;

/// The delay before the progress line of loading appears, to avoid flicker.
const MOMENT: Duration = Duration::from_millis(500);

/// Whether a progress line shows the number of files read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loading {
    /// The progress line is shown if standard error is a terminal.
    Shown,
    /// The progress line is never shown.
    Hidden,
}

impl Loading {
    /// Creates the callback that receives the number of files read, and the progress line that
    /// shows it. The caller clears the line afterwards.
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
                // Without a terminal, the line stays hidden.
                line.set_draw_target(ProgressDrawTarget::stderr());
            }
            line.set_length(of as u64);
            line.set_position(read as u64);
        };
        (LoadProgress::new(told), bar)
    }
}

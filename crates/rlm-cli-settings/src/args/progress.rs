//! Command-line arguments about the progress display of a run.

use clap::Args;
use rlm_cli_output::progress::ProgressKind;

/// Arguments that select the progress display of a run.
#[derive(Debug, Clone, Copy, Args)]
pub struct ProgressArguments {
    /// Show on standard error what happens as it happens: each program, what it printed, its calls and what went wrong; the same as
    /// --progress steps
    #[arg(long, help_heading = "Output")]
    pub show_steps: bool,
    /// How progress is shown on standard error
    #[arg(long, value_enum, value_name = "HOW", default_value_t, help_heading = "Output")]
    pub progress: ProgressKind,
}

impl ProgressArguments {
    /// Returns the selected kind of progress display; `--show-steps` overrides `--progress`.
    pub const fn kind(self) -> ProgressKind {
        match self.show_steps {
            true => ProgressKind::Steps,
            false => self.progress,
        }
    }
}

/// Arguments that select between the progress display and the full-screen view of a run.
#[derive(Debug, Clone, Copy, Args)]
pub struct ViewArguments {
    #[command(flatten)]
    told: ProgressArguments,
    /// Show the run on the terminal of standard error while it goes on: steps, calls, programs, output, messages, budgets. It stays
    /// when the run has ended, until q is pressed; then the answer is written
    #[arg(long, conflicts_with_all = ["progress", "show_steps"], help_heading = "Output")]
    tui: bool,
}

impl ViewArguments {
    /// Returns the selected kind of display: the full-screen view for `--tui`, or else the progress
    /// display.
    pub const fn kind(self) -> ProgressKind {
        if self.tui { ProgressKind::View } else { self.told.kind() }
    }
}

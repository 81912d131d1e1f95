//! Command-line arguments about the progress display of a run.

use clap::Args;
use rlm_cli_output::progress::ProgressKind;

/// The display of a run's progress.
#[derive(Debug, Clone, Copy, Args)]
pub struct ProgressArguments {
    /// Show each step on standard error as it happens: programs, their output, calls and errors; same as --progress steps
    #[arg(short = 'v', long, help_heading = "Output")]
    pub show_steps: bool,
    /// Progress display on standard error
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

/// The display of a run in progress, including the full-screen view.
#[derive(Debug, Clone, Copy, Args)]
pub struct ViewArguments {
    #[command(flatten)]
    told: ProgressArguments,
    /// Show the run in a full-screen view on standard error: steps, calls, programs, output, messages, budgets. The view stays
    /// open when the run ends; press q to close it and write the answer
    #[arg(long, conflicts_with_all = ["progress", "show_steps"], help_heading = "Output")]
    tui: bool,
}

impl ViewArguments {
    /// Returns these arguments with the display of steps if no display is selected.
    #[must_use]
    pub fn or_steps(mut self) -> Self {
        if self.kind() == ProgressKind::default() {
            self.told.show_steps = true;
        }
        self
    }

    /// Returns the selected kind of display: the full-screen view for `--tui`, or else the progress
    /// display.
    pub const fn kind(self) -> ProgressKind {
        if self.tui { ProgressKind::View } else { self.told.kind() }
    }
}

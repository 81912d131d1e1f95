//! Limits on the content of a report page, so that the page of any run can be opened. The page
//! reports every omission in its place.

/// The maximum size of the markup of all quoted texts on a report page, in bytes.
const QUOTED_BYTES: usize = 4 << 20;

/// The maximum number of characters of the question that a report page shows.
pub(crate) const QUESTION: usize = 4_000;
pub(crate) const ANSWER: usize = 200_000;
/// The maximum number of characters of a program that a report page shows.
pub(crate) const PROGRAM: usize = 40_000;
pub(crate) const OUTPUT: usize = 12_000;
pub(crate) const MESSAGE: usize = 12_000;
pub(crate) const LINE: usize = 300;
/// The maximum number of characters of a piece of the context within a message on the page.
pub(crate) const PIECE: usize = 3_000;
/// The maximum number of characters of a prompt or reply of a program's call.
pub(crate) const CALL_TEXT: usize = 4_000;
/// The maximum number of characters of the context around a quote, on either side.
pub(crate) const AROUND: usize = 360;

/// The maximum number of steps that the page shows of one run. The first and the last steps are
/// shown.
pub(crate) const STEPS: usize = 200;
pub(crate) const ALL_STEPS: usize = 1_000;
/// The maximum number of calls that the page shows of one step.
pub(crate) const STEP_CALLS: usize = 200;
pub(crate) const CALLS: usize = 2_000;
/// The maximum number of bars that the timeline shows for one step.
pub(crate) const BARS: usize = 400;
pub(crate) const LANES: usize = 16;
/// The maximum nesting depth at which the page shows child runs.
pub(crate) const NESTED_RUNS: usize = 6;
/// The maximum number of problems that the page lists, mostly the last ones.
pub(crate) const PROBLEMS: usize = 24;
/// The maximum number of documents of the context that the page shows.
pub(crate) const DOCUMENTS: usize = 100;
/// The maximum number of rows in the table of models.
pub(crate) const MODELS: usize = 40;
/// The maximum number of sources of an answer.
pub(crate) const SOURCES: usize = 60;
/// The maximum number of rows in the table of settings.
pub(crate) const SETTINGS: usize = 60;

/// The remaining amounts of content that a report page may hold.
#[derive(Debug)]
pub(crate) struct PageBudget {
    bytes: usize,
    steps: usize,
    calls: usize,
    left_out: usize,
}

impl Default for PageBudget {
    fn default() -> Self {
        Self {
            bytes: QUOTED_BYTES,
            steps: ALL_STEPS,
            calls: CALLS,
            left_out: 0,
        }
    }
}

impl PageBudget {
    /// Returns the number of bytes that the page may still quote.
    pub(crate) const fn left(&self) -> usize {
        self.bytes
    }

    /// Subtracts the size of a quoted text from the bytes that are left.
    pub(crate) const fn take(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_sub(bytes);
    }

    /// Reserves up to `wanted` steps of a run for the page. Returns the number of steps to show.
    pub(crate) fn take_steps(&mut self, wanted: usize) -> usize {
        let taken = wanted.min(STEPS).min(self.steps);
        self.steps -= taken;
        taken
    }

    /// Reserves up to `wanted` calls of a step for the page. Returns the number of calls to show.
    pub(crate) fn take_calls(&mut self, wanted: usize) -> usize {
        let taken = wanted.min(STEP_CALLS).min(self.calls);
        self.calls -= taken;
        taken
    }

    pub(crate) const fn note_left_out(&mut self, chars: usize) {
        self.left_out = self.left_out.saturating_add(chars);
    }

    /// Returns the number of characters of quoted texts that were omitted so far.
    pub(crate) const fn left_out(&self) -> usize {
        self.left_out
    }
}

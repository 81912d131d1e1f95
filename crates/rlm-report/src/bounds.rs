//! How much a page holds, so that the page of any run can be opened. Whatever is left out is said in its place.

/// The bytes of markup that quoted texts may come to, all together.
const QUOTED_BYTES: usize = 4 << 20;

/// The characters of the question and of the answer.
pub(crate) const QUESTION: usize = 4_000;
pub(crate) const ANSWER: usize = 200_000;
/// The characters of a program, of what it printed, of a message, of a line.
pub(crate) const PROGRAM: usize = 40_000;
pub(crate) const OUTPUT: usize = 12_000;
pub(crate) const MESSAGE: usize = 12_000;
pub(crate) const LINE: usize = 300;
/// The characters of a piece of the context within a message.
pub(crate) const PIECE: usize = 3_000;
/// The characters of a prompt and of a reply of a program's call.
pub(crate) const CALL_TEXT: usize = 4_000;
/// The characters on either side of a quote.
pub(crate) const AROUND: usize = 600;

/// The steps of one run, of which the first and the last are shown, and of the page.
pub(crate) const STEPS: usize = 200;
pub(crate) const ALL_STEPS: usize = 1_000;
/// The calls of one step, and of the page.
pub(crate) const STEP_CALLS: usize = 200;
pub(crate) const CALLS: usize = 2_000;
/// The bars of one step in the timeline, and their rows.
pub(crate) const BARS: usize = 400;
pub(crate) const LANES: usize = 16;
/// How deep runs stand within each other.
pub(crate) const NESTED_RUNS: usize = 6;
/// What went wrong, of which so many are listed, the last ones for the most part.
pub(crate) const PROBLEMS: usize = 24;
/// The documents of the context, and the stretches of one that are drawn.
pub(crate) const DOCUMENTS: usize = 100;
pub(crate) const STRETCHES: usize = 300;
/// The rows of the table of models.
pub(crate) const MODELS: usize = 40;
/// The sources of an answer.
pub(crate) const SOURCES: usize = 60;
/// The settings.
pub(crate) const SETTINGS: usize = 60;

/// What may still be quoted on a page.
#[derive(Debug)]
pub(crate) struct Room {
    bytes: usize,
    steps: usize,
    calls: usize,
    left_out: usize,
}

impl Default for Room {
    fn default() -> Self {
        Self {
            bytes: QUOTED_BYTES,
            steps: ALL_STEPS,
            calls: CALLS,
            left_out: 0,
        }
    }
}

impl Room {
    /// Returns how many bytes may still be quoted.
    pub(crate) const fn left(&self) -> usize {
        self.bytes
    }

    /// Takes bytes that were quoted.
    pub(crate) const fn take(&mut self, bytes: usize) {
        self.bytes = self.bytes.saturating_sub(bytes);
    }

    /// Takes room for some of a run's steps. Returns for how many there is some.
    pub(crate) fn take_steps(&mut self, wanted: usize) -> usize {
        let taken = wanted.min(STEPS).min(self.steps);
        self.steps -= taken;
        taken
    }

    /// Takes room for some of a step's calls. Returns for how many there is some.
    pub(crate) fn take_calls(&mut self, wanted: usize) -> usize {
        let taken = wanted.min(STEP_CALLS).min(self.calls);
        self.calls -= taken;
        taken
    }

    pub(crate) const fn note_left_out(&mut self, chars: usize) {
        self.left_out = self.left_out.saturating_add(chars);
    }

    /// Returns how many characters of quoted texts were left out so far.
    pub(crate) const fn left_out(&self) -> usize {
        self.left_out
    }
}

//! Places in the context, as calls are named by them.

use rlm_context::Context;
use rlm_model::SourceRange;
use rlm_trace::RunStarted;
use sift_text::SourceId;

use crate::text::one_line;

/// The places of a run's context: its lines if the text is available, else its bytes.
#[derive(Clone, Default)]
pub struct Places {
    context: Option<Context>,
    names: Vec<String>,
}

impl Places {
    /// The size in bytes from which on a context is not read only to name calls.
    pub const LARGE: u64 = 64 << 20;

    /// Creates the places of a context whose text is available.
    pub fn new(context: &Context) -> Self {
        // Counting the lines of a large file that is not read otherwise would take long.
        let is_cheap = context.size() < Self::LARGE || context.is_counted();
        Self {
            context: Some(context.clone()).filter(|_| is_cheap),
            names: Vec::new(),
        }
    }

    /// Sets the names of the sources from the start of the run.
    #[must_use]
    pub fn of_run(mut self, started: &RunStarted) -> Self {
        self.names = started.context.iter().map(|source| source.name.clone()).collect();
        self
    }

    /// Returns the lines of a range, such as `incidents.md:17-20`; `None` without the text.
    pub fn lines(&self, range: SourceRange) -> Option<String> {
        let (start, end) = (usize::try_from(range.start).ok()?, usize::try_from(range.end).ok()?);
        let location = self.context.as_ref()?.locate(SourceId(range.source), start..end)?;
        Some(one_line(&location.lines()))
    }

    /// Formats the place of a range: its lines, or `incidents.md bytes 1200-1460` without the text.
    pub fn place(&self, range: SourceRange) -> String {
        self.lines(range).unwrap_or_else(|| {
            let source = usize::try_from(range.source).ok();
            let name = source.and_then(|source| self.names.get(source));
            let name = name.map_or_else(|| "context".to_owned(), |name| one_line(name));
            format!("{name} bytes {}-{}", range.start, range.end)
        })
    }
}

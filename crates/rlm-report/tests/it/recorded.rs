//! The runs in `examples/recorded` and `examples/demos`, with their contexts.

use std::collections::BTreeMap;
use std::path::Path;

use rlm_report::{Sources, render};
use rlm_trace::{Event, RecordedRun};

/// The names of the runs.
pub(crate) const NAMES: [&str; 4] = ["minutes", "nodes", "reviews", "unused"];

/// A run and the text of its context.
pub(crate) struct Recorded {
    pub(crate) run: RecordedRun,
    pub(crate) texts: BTreeMap<u32, String>,
}

impl Recorded {
    /// Reads one of the runs in `examples/recorded`.
    pub(crate) fn named(name: &str) -> Self {
        Self::read(&format!("recorded/{name}.jsonl"))
    }

    /// Reads a journal of `examples`. The files of its context are in the same folder.
    pub(crate) fn read(journal: &str) -> Self {
        let journal = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../examples")
            .join(journal);
        let run = RecordedRun::read(&journal).expect("the recorded run exists");
        let folder = journal.parent().expect("it is in a folder");
        let started = run.events().find_map(|event| match event {
            Event::RunStarted(started) => Some(started.context.clone()),
            _ => None,
        });
        let texts = (0..).zip(started.expect("the run started")).map(|(number, source)| {
            let text = std::fs::read_to_string(folder.join(&source.name)).expect("its files exist");
            (number, text)
        });
        let texts = texts.collect();
        Self { run, texts }
    }

    pub(crate) fn page(&self) -> String {
        render(
            &self.run,
            &Sources::new(|source| self.texts.get(&source).map(String::as_str)),
        )
    }
}

//! Snapshots of runs, in the file format of the crate insta, so that its tools can read them.

use crate::SnapshotKind;

/// A snapshot of a run: a text, its kind, and the case that it belongs to.
///
/// ```
/// use rlm_cases::{Snapshot, SnapshotKind};
///
/// let snapshot = Snapshot::new("minutes.toml", SnapshotKind::Prompts, "root\n====\n");
/// let file = snapshot.to_file();
/// assert_eq!(file, "---\nsource: minutes.toml\nexpression: prompts\n---\nroot\n====\n");
/// assert_eq!(Snapshot::text_of(&file), Some("root\n===="));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    source: String,
    kind: SnapshotKind,
    text: String,
}

/// The result of comparing a new snapshot with the stored one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SnapshotState {
    /// The stored snapshot has the same text.
    Same,
    /// There is no stored snapshot yet.
    New,
    /// The stored snapshot has another text.
    Changed,
}

impl Snapshot {
    /// Creates a snapshot from a text. Trailing white space is removed, and line ends become `\n`.
    #[must_use]
    pub fn new(source: impl Into<String>, kind: SnapshotKind, text: &str) -> Self {
        Self {
            source: source.into(),
            kind,
            text: normalized(text),
        }
    }

    /// Returns the text of the snapshot.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the file name of a case's snapshot, without its folder: `minutes@prompts.snap`.
    #[must_use]
    pub fn file_name(case: &str, kind: SnapshotKind) -> String {
        format!("{case}@{}.snap", kind.name())
    }

    /// Returns the contents of the file in which the snapshot is stored.
    #[must_use]
    pub fn to_file(&self) -> String {
        let source = match self.source.contains([':', '#', '"', '\'', '\n']) {
            true => serde_json::Value::from(self.source.as_str()).to_string(),
            false => self.source.clone(),
        };
        format!(
            "---\nsource: {source}\nexpression: {}\n---\n{}\n",
            self.kind.name(),
            self.text
        )
    }

    /// Returns the text of the snapshot in a file's contents. Returns `None` if the format is
    /// invalid.
    #[must_use]
    pub fn text_of(file: &str) -> Option<&str> {
        let rest = file.strip_prefix("---\n")?;
        let (_, text) = rest.split_once("\n---\n")?;
        Some(text.trim_end())
    }

    /// Compares the snapshot with the contents of the file in which it is stored, if there is one.
    ///
    /// ```
    /// use rlm_cases::{Snapshot, SnapshotKind, SnapshotState};
    ///
    /// let then = Snapshot::new("minutes.toml", SnapshotKind::Prompts, "Answer in one sentence.\n");
    /// let now = Snapshot::new("minutes.toml", SnapshotKind::Prompts, "Answer in one word.\n");
    /// assert_eq!(now.compare(None), SnapshotState::New);
    /// assert_eq!(now.compare(Some(&then.to_file())), SnapshotState::Changed);
    /// assert_eq!(now.compare(Some(&now.to_file())), SnapshotState::Same);
    /// ```
    #[must_use]
    pub fn compare(&self, file: Option<&str>) -> SnapshotState {
        let file = file.map(|file| file.replace("\r\n", "\n"));
        match file.as_deref().map(|file| Self::text_of(file).unwrap_or(file)) {
            None => SnapshotState::New,
            Some(text) if text == self.text => SnapshotState::Same,
            Some(_) => SnapshotState::Changed,
        }
    }
}

fn normalized(text: &str) -> String {
    text.replace("\r\n", "\n").trim_end().to_owned()
}

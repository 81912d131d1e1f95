//! The answers file of a batch: append-only, with one JSON value per line.

use std::collections::{HashMap, HashSet};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use rlm_cli_output::failure::Failure;
use rlm_model::{Money, RunId, Tokens};
use rlm_policy::Spend;
use serde_json::Value;

use super::questions::Line;

/// The answers file of a batch, which is append-only. Only one process at a time may write to it.
pub(crate) struct Answers {
    path: PathBuf,
    file: File,
    /// The last answer of each question that the file contained before, keyed by the JSON of the
    /// question's id.
    before: HashMap<String, Value>,
    /// The ids of the runs whose results the file contains.
    runs: HashSet<String>,
    spent: Spend,
}

impl Answers {
    /// Opens the answers file, creates it if it does not exist, and reads its lines. Removes a
    /// truncated last line.
    ///
    /// # Errors
    /// [`Failure::AnswerFile`], [`Failure::AnswersInUse`]; [`Failure::Answers`] if a line is not an
    /// answer.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let error = |cause| Failure::AnswerFile {
            path: path.to_owned(),
            cause,
        };
        let mut file = OpenOptions::new()
            .create(true)
            .read(true)
            .append(true)
            .open(path)
            .map_err(error)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Failure::AnswersInUse { path: path.to_owned() }),
            // Without support for locks, the file is used unlocked.
            Err(TryLockError::Error(_)) => {}
        }
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(error)?;
        let whole = text.rfind('\n').map_or(0, |end| end.saturating_add(1));
        let (lines, torn) = text.split_at(whole);
        if !torn.is_empty() {
            file.set_len(whole as u64).map_err(error)?;
        }
        let mut answers = Self {
            path: path.to_owned(),
            file,
            before: HashMap::new(),
            runs: HashSet::new(),
            spent: Spend::default(),
        };
        for (number, line) in (1_usize..).zip(lines.lines()) {
            let answer: Option<Value> = serde_json::from_str(line).ok();
            let Some((id, answer)) = answer.and_then(|answer| Some((answer.get("id")?.to_string(), answer))) else {
                return Err(Failure::Answers {
                    path: path.to_owned(),
                    number,
                });
            };
            answers.spent = answers.spent.plus(spent(&answer));
            answers
                .runs
                .extend(answer.get("run").and_then(Value::as_str).map(str::to_owned));
            answers.before.insert(id, answer);
        }
        Ok(answers)
    }

    /// Returns `true` if the file holds an answer to the same question with the same id.
    pub(crate) fn holds(&self, line: &Line) -> bool {
        let Some(answer) = self.before.get(&line.id.to_string()) else {
            return false;
        };
        let is_answered = answer.get("answer").is_some_and(Value::is_string);
        is_answered && answer.get("question").and_then(Value::as_str) == line.question.as_deref().ok()
    }

    /// Returns `true` if the file contains the result of a run.
    pub(crate) fn tells_of(&self, run: &RunId) -> bool {
        self.runs.contains(run.as_str())
    }

    /// Returns the total spending that the file's lines recorded when it was opened.
    pub(crate) const fn spent(&self) -> Spend {
        self.spent
    }

    /// Appends an answer to the file, in one write.
    ///
    /// # Errors
    /// [`Failure::AnswerFile`].
    pub(crate) fn add(&mut self, answer: &Value) -> Result<(), Failure> {
        let written: io::Result<()> = self.file.write_all(format!("{answer}\n").as_bytes());
        written.map_err(|cause| Failure::AnswerFile {
            path: self.path.clone(),
            cause,
        })
    }
}

impl Drop for Answers {
    /// Unlocks the file explicitly. A forked child shares open files until it executes its program, so
    /// closing the file alone would keep the lock until then.
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

/// Returns the spending that an answer of the file records. An unknown cost remains unknown.
fn spent(answer: &Value) -> Spend {
    let tokens = |name: &str| {
        let tokens = answer
            .get("spent")
            .and_then(|spent| spent.get(name))
            .and_then(Value::as_u64);
        tokens.unwrap_or_default()
    };
    Spend {
        calls: tokens("calls"),
        input_tokens: Tokens(tokens("input_tokens")),
        output_tokens: Tokens(tokens("output_tokens")),
        cost: Money(tokens("cost")),
        unpriced: tokens("unpriced"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn truncated_answers_line_is_dropped_and_the_file_is_locked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("answers.jsonl");
        let whole = "{\"id\":1,\"question\":\"Who?\",\"answer\":\"I\",\"spent\":{\"cost\":5,\"input_tokens\":7}}\n";
        std::fs::write(&path, format!("{whole}{{\"id\":2,\"quest")).unwrap();
        let mut answers = Answers::open(&path).unwrap();
        assert!(matches!(Answers::open(&path), Err(Failure::AnswersInUse { .. })));
        assert_eq!((answers.spent().cost, answers.spent().tokens()), (Money(5), Tokens(7)));
        let line = |question: &str| Line {
            number: 1,
            id: json!(1),
            question: Ok(question.to_owned()),
        };
        assert!(answers.holds(&line("Who?")));
        assert!(!answers.holds(&line("Whose?")), "the question is another one now");
        answers.add(&json!({ "id": 3 })).unwrap();
        drop(answers);
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            format!("{whole}{{\"id\":3}}\n")
        );
        std::fs::write(&path, "{\"id\":3}\nnotes\n").unwrap();
        assert!(matches!(Answers::open(&path), Err(Failure::Answers { number: 2, .. })));
    }
}

//! Parsing of case files.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use sift_syntax::nearest;
use smol_str::SmolStr;
use toml::Spanned;

use crate::Expectations;

/// The parsed contents of a case file: its test cases.
///
/// ```
/// use rlm_cases::CaseFile;
///
/// // Keys before the first case apply to all cases.
/// let file = CaseFile::read(
///     r#"
///     context = ["minutes"]
///     [expect]
///     max_steps = 6
///     [[case]]
///     name = "roof"
///     question = "When is the roof mended?"
///     [[case]]
///     name = "stairs"
///     question = "Who pays for the stairs?"
///     "#,
/// )?;
/// assert_eq!(file.cases.len(), 2);
/// assert!(file.cases.iter().all(|case| case.expect.max_steps == Some(6)));
/// # Ok::<(), rlm_cases::CaseError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct CaseFile {
    /// The test cases, in the order of the file.
    pub cases: Vec<Case>,
}

/// A test case: a question with its context and options, and the expectations of its run. Paths are
/// as written in the file, relative to its folder.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The name of the case in the file. `None` if the file has a single case, which is named after
    /// the file.
    pub name: Option<String>,
    /// The line of the file at which the case begins, counted from 1.
    pub line: usize,
    /// The question that the case asks.
    pub question: String,
    /// The context that the question is about.
    pub context: ContextOf,
    /// The folder that the paths of the context are relative to. `None` for the folder of the case
    /// file. It is not part of the names of documents.
    pub folder: Option<PathBuf>,
    /// The journal of the recorded run that the case is checked with. `None` for the default path
    /// next to the case file.
    pub recording: Option<PathBuf>,
    /// The flags of `rlm run` with which the question is run.
    pub run: Vec<Flag>,
    /// The expectations that the run must meet.
    pub expect: Expectations,
    /// The kinds of snapshots that are kept of the run.
    pub snapshots: Vec<SnapshotKind>,
}

/// The context of a case's question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContextOf {
    /// No context: the question needs none, or tools provide it.
    Nothing,
    /// Files, folders and globs, in the syntax of `--context`.
    Files(Vec<String>),
    /// A file whose JSON value is the context.
    Json(PathBuf),
    /// A text that is the context.
    Text(String),
}

/// A flag of `rlm run`, as a key and a value in the table `[run]` of a case file.
#[derive(Debug, Clone, PartialEq)]
pub struct Flag {
    /// The name of the flag, with `_` for `-`.
    pub key: String,
    /// The line of the flag in the case file, counted from 1.
    pub line: usize,
    /// The value of the flag.
    pub value: toml::Value,
}

/// The kind of a snapshot of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SnapshotKind {
    /// A snapshot of the messages sent to the models.
    Prompts,
    /// A snapshot of the steps: programs, their output, calls with their replies, and the answer.
    Trajectory,
}

impl SnapshotKind {
    /// Returns the name of the snapshot kind, as written in case files and snapshot files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Prompts => "prompts",
            Self::Trajectory => "trajectory",
        }
    }
}

/// An error in a case file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {detail}")]
pub struct CaseError {
    /// The line of the case file with the error, counted from 1.
    pub line: usize,
    /// The message of the error, with a suggestion if there is one.
    pub detail: String,
}

impl CaseFile {
    /// Parses a case file: a single case, or a list `[[case]]`. The keys before the list apply to
    /// all cases.
    ///
    /// # Errors
    /// [`CaseError`] for invalid TOML, unknown keys, values of a wrong type, and cases without a
    /// question.
    pub fn read(text: &str) -> Result<Self, CaseError> {
        let mut common: RawCase = toml::from_str(text).map_err(|error| refused(text, &error))?;
        let at = |offset: usize| line_of(text, offset);
        let listed = std::mem::take(&mut common.case);
        if listed.is_empty() {
            let case = common.case(1, &at)?;
            return Ok(Self { cases: vec![case] });
        }
        let mut cases: Vec<Case> = Vec::with_capacity(listed.len());
        for one in listed {
            let line = at(one.span().start);
            let case = one.into_inner().over(&common).case(line, &at)?;
            let refused = |detail: &str| CaseError {
                line,
                detail: detail.to_owned(),
            };
            match &case.name {
                None => return Err(refused("missing `name`: each of several cases needs one")),
                Some(name) if !is_file_name(name) => {
                    return Err(refused("invalid `name`: expected letters, digits, `-`, `_` and `.`"));
                }
                name if cases.iter().any(|earlier| earlier.name == *name) => {
                    return Err(refused("another case already has this name"));
                }
                Some(_) => cases.push(case),
            }
        }
        Ok(Self { cases })
    }
}

/// Returns `true` if the name of a case is valid in file names. Snapshots and recordings are named
/// after their case.
fn is_file_name(name: &str) -> bool {
    let is_plain = |char: char| char.is_alphanumeric() || matches!(char, '-' | '_' | '.');
    !name.is_empty() && !name.starts_with('.') && name.chars().all(is_plain)
}

/// The TOML table of a case as written in a file, or of several cases with their common keys.
#[derive(Deserialize, Clone, Default)]
#[serde(default, deny_unknown_fields)]
struct RawCase {
    name: Option<String>,
    question: Option<String>,
    context: Option<OneOrMany>,
    context_json: Option<PathBuf>,
    data: Option<String>,
    folder: Option<PathBuf>,
    recording: Option<PathBuf>,
    run: BTreeMap<Spanned<String>, toml::Value>,
    expect: Option<Expectations>,
    snapshots: Option<Vec<SnapshotKind>>,
    case: Vec<Spanned<RawCase>>,
}

/// The value of a TOML key that is either one text or a list of texts.
#[derive(Deserialize, Clone)]
#[serde(untagged)]
pub(crate) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl From<OneOrMany> for Vec<String> {
    fn from(texts: OneOrMany) -> Self {
        match texts {
            OneOrMany::One(text) => vec![text],
            OneOrMany::Many(texts) => texts,
        }
    }
}

impl RawCase {
    /// Returns the case with missing keys taken from `common`. A context in the case replaces the
    /// common one.
    fn over(self, common: &Self) -> Self {
        let common = common.clone();
        let has_context = self.context.is_some() || self.context_json.is_some() || self.data.is_some();
        let inherited = match has_context {
            true => Self::default(),
            false => common.clone(),
        };
        let mut run = self.run;
        for (key, value) in common.run {
            if !run.keys().any(|own| own.get_ref() == key.get_ref()) {
                run.insert(key, value);
            }
        }
        Self {
            name: self.name,
            question: self.question.or(common.question),
            context: self.context.or(inherited.context),
            context_json: self.context_json.or(inherited.context_json),
            data: self.data.or(inherited.data),
            folder: self.folder.or(common.folder),
            recording: self.recording,
            run,
            expect: match (self.expect, common.expect) {
                (Some(own), Some(common)) => Some(own.over(common)),
                (own, common) => own.or(common),
            },
            snapshots: self.snapshots.or(common.snapshots),
            case: self.case,
        }
    }

    fn case(self, line: usize, at: &impl Fn(usize) -> usize) -> Result<Case, CaseError> {
        let refused = |detail: &str| CaseError {
            line,
            detail: detail.to_owned(),
        };
        if !self.case.is_empty() {
            return Err(refused("cases can't be nested"));
        }
        let question = self.question.filter(|question| !question.trim().is_empty());
        let expect = self.expect.unwrap_or_default();
        expect.check().map_err(|detail| refused(&detail))?;
        let mut snapshots = self.snapshots.unwrap_or_default();
        snapshots.sort();
        snapshots.dedup();
        Ok(Case {
            name: self.name,
            line,
            question: question.ok_or_else(|| refused("missing `question`"))?,
            context: match (self.context, self.context_json, self.data) {
                (None, None, None) => ContextOf::Nothing,
                (Some(files), None, None) => ContextOf::Files(files.into()),
                (None, Some(path), None) => ContextOf::Json(path),
                (None, None, Some(text)) => ContextOf::Text(text),
                _ => {
                    return Err(refused("expected only one of `context`, `context_json` and `data`"));
                }
            },
            folder: self.folder,
            recording: self.recording,
            run: self
                .run
                .into_iter()
                .map(|(key, value)| Flag {
                    line: at(key.span().start),
                    key: key.into_inner(),
                    value,
                })
                .collect(),
            expect,
            snapshots,
        })
    }
}

/// Converts a TOML error to a one-line error, with a suggestion for an unknown key.
fn refused(text: &str, error: &toml::de::Error) -> CaseError {
    let line = error.span().map_or(1, |span| line_of(text, span.start));
    let message = error.message().lines().next().unwrap_or_default();
    let detail = match message {
        // The message of the TOML library about the types of this crate.
        of_types if of_types.contains("untagged enum") => "expected a string or a list of strings".to_owned(),
        other => unknown_key(other).unwrap_or_else(|| other.to_owned()),
    };
    CaseError { line, detail }
}

/// Parses the TOML error about an unknown key, and returns a message that suggests the most similar
/// key.
fn unknown_key(message: &str) -> Option<String> {
    let (key, known) = message.strip_prefix("unknown field `")?.split_once("`, expected ")?;
    let known: Vec<SmolStr> = known.split('`').skip(1).step_by(2).map(SmolStr::new).collect();
    let meant = nearest(key, known.iter());
    Some(match meant.first() {
        Some(meant) => format!("unknown key `{key}`; did you mean `{meant}`?"),
        None => {
            let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
            format!("unknown key `{key}`; expected one of {}", known.join(", "))
        }
    })
}

fn line_of(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
    before.iter().filter(|byte| **byte == b'\n').count().saturating_add(1)
}

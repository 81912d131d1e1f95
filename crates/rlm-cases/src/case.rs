//! Reading the file of a case, or of several.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use sift_syntax::nearest;
use smol_str::SmolStr;
use toml::Spanned;

use crate::Expectations;

/// What a file of cases holds.
///
/// ```
/// use rlm_cases::CaseFile;
///
/// // What stands before the cases counts for all of them.
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
    /// The cases, in the order of the file.
    pub cases: Vec<Case>,
}

/// A question with all that belongs to it, and what is expected of the run that answers it. Paths are as the file has them: of the folder
/// in which it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Its name in the file; none where it is the only one, and is called as the file is.
    pub name: Option<String>,
    /// The line at which it begins, counted from 1.
    pub line: usize,
    /// What is asked.
    pub question: String,
    /// What it is asked about.
    pub context: ContextOf,
    /// The folder that the context's paths are of, where that is not the file's own. It is no part of the names of documents.
    pub folder: Option<PathBuf>,
    /// The journal of the run that was recorded; none for the usual place beside the file.
    pub recording: Option<PathBuf>,
    /// The flags of `rlm run` that the question is asked with.
    pub run: Vec<Flag>,
    /// What is expected of the run.
    pub expect: Expectations,
    /// What of the run is held as snapshots.
    pub snapshots: Vec<SnapshotKind>,
}

/// What a question is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContextOf {
    /// Nothing: a conversation, or what tools give.
    Nothing,
    /// Files, folders and globs, as `--context` takes them.
    Files(Vec<String>),
    /// A file whose JSON value it is.
    Json(PathBuf),
    /// A text.
    Text(String),
}

/// A flag of `rlm run`, by the name that it has in the table `[run]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Flag {
    /// The name, with `_` for `-`.
    pub key: String,
    /// Its line in the file, counted from 1.
    pub line: usize,
    /// The value.
    pub value: toml::Value,
}

/// What of a run is held as a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SnapshotKind {
    /// What the models were told.
    Prompts,
    /// Programs, what they printed, calls with their replies, and the answer.
    Trajectory,
}

impl SnapshotKind {
    /// Returns the name, as it stands in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Prompts => "prompts",
            Self::Trajectory => "trajectory",
        }
    }
}

/// A file of cases that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {detail}")]
pub struct CaseError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong, and what to write instead where that is known.
    pub detail: String,
}

impl CaseFile {
    /// Reads a file: one case, or a list `[[case]]` of them, for all of which counts what stands before it.
    ///
    /// # Errors
    /// [`CaseError`] for what is no TOML, keys that are not known, values of another kind, and cases without a question.
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
                None => return Err(refused("a case of several needs a `name`")),
                Some(name) if !is_file_name(name) => {
                    return Err(refused("a `name` is made of letters, digits, `-`, `_` and `.`"));
                }
                name if cases.iter().any(|earlier| earlier.name == *name) => {
                    return Err(refused("another case has this name"));
                }
                Some(_) => cases.push(case),
            }
        }
        Ok(Self { cases })
    }
}

/// Snapshots and recordings are files that are called as the case is.
fn is_file_name(name: &str) -> bool {
    let is_plain = |char: char| char.is_alphanumeric() || matches!(char, '-' | '_' | '.');
    !name.is_empty() && !name.starts_with('.') && name.chars().all(is_plain)
}

/// A case as it stands; or several, with what counts for all of them.
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

/// One text, or a list of them.
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
    /// Takes what is said for all cases where this one says nothing.
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
            return Err(refused("cases have no cases of their own"));
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
            question: question.ok_or_else(|| refused("a case needs a `question`"))?,
            context: match (self.context, self.context_json, self.data) {
                (None, None, None) => ContextOf::Nothing,
                (Some(files), None, None) => ContextOf::Files(files.into()),
                (None, Some(path), None) => ContextOf::Json(path),
                (None, None, Some(text)) => ContextOf::Text(text),
                _ => {
                    return Err(refused(
                        "one of `context`, `context_json` and `data` says what a question is about",
                    ));
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

/// Says what is wrong with a file in one line, and what was meant by a key that is not known.
fn refused(text: &str, error: &toml::de::Error) -> CaseError {
    let line = error.span().map_or(1, |span| line_of(text, span.start));
    let message = error.message().lines().next().unwrap_or_default();
    let detail = match message {
        // How the library says it is about our types.
        of_types if of_types.contains("untagged enum") => "a text is expected here, or a list of texts".to_owned(),
        other => unknown_key(other).unwrap_or_else(|| other.to_owned()),
    };
    CaseError { line, detail }
}

/// Reads the words in which a key is refused, which list those that are known.
fn unknown_key(message: &str) -> Option<String> {
    let (key, known) = message.strip_prefix("unknown field `")?.split_once("`, expected ")?;
    let known: Vec<SmolStr> = known.split('`').skip(1).step_by(2).map(SmolStr::new).collect();
    let meant = nearest(key, known.iter());
    Some(match meant.first() {
        Some(meant) => format!("unknown key `{key}`; did you mean `{meant}`?"),
        None => {
            let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
            format!("unknown key `{key}`; known are {}", known.join(", "))
        }
    })
}

fn line_of(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
    before.iter().filter(|byte| **byte == b'\n').count().saturating_add(1)
}

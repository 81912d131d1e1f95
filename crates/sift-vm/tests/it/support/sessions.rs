//! Whole sessions as models write them, recorded with CPython's output, and their comparison with
//! ours.
//!
//! The sessions are next to the repository, in `shared/cases`.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/cases");
/// Rejected programs, rewritten in Sift: `SESSION/STEP.py`.
const SAID_IN_SIFT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../sift-vm/tests/said_in_sift");

/// The prefix of the codes of unsupported constructs.
const LEFT_OUT: &str = "S03";
/// The code of an unbound name.
const UNKNOWN_NAME: &str = "S0201";

/// A recorded session: its programs, context, answers to calls, and CPython's results.
#[derive(Clone)]
pub(crate) struct Recording {
    pub(crate) name: String,
    pub(crate) query: String,
    pub(crate) context: ContextFile,
    pub(crate) steps: Vec<PathBuf>,
    /// `[{"match", "reply"}]`: the first rule whose pattern is found in a prompt answers it.
    pub(crate) rules: Value,
    pub(crate) default_reply: String,
    expected: Value,
}

/// The file with the context, and its format.
#[derive(Clone)]
pub(crate) enum ContextFile {
    /// A text, with universal newlines.
    Text(PathBuf),
    /// A JSON value.
    Json(PathBuf),
}

/// The results of a session of ours, in the format of the recording.
#[derive(Debug, Default)]
pub(crate) struct Session {
    pub(crate) steps: Vec<StepRecord>,
    pub(crate) answer: Option<String>,
    pub(crate) calls: Vec<String>,
}

/// The result of one program.
#[derive(Debug, Default)]
pub(crate) struct StepRecord {
    pub(crate) printed: String,
    /// `TypeName: message`.
    pub(crate) error: Option<String>,
    /// The code of the first diagnostic of a rejected program.
    pub(crate) refused: Option<String>,
}

/// The differences between a run of ours and CPython's.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Comparison {
    /// Programs that did not run because they use unsupported constructs.
    pub(crate) refused: Vec<String>,
    /// Programs that run although they miss an import, since the names are bound at the start.
    pub(crate) forgiven: Vec<String>,
    /// Differences although all earlier programs have run: errors.
    pub(crate) different: Vec<String>,
    /// Differences that follow from programs that did not run, such as unbound names.
    pub(crate) following: Vec<String>,
}

impl Recording {
    /// Reads all sessions, sorted by name.
    pub(crate) fn all() -> Vec<Self> {
        let entries = fs::read_dir(FOLDER).unwrap();
        let mut folders: Vec<PathBuf> = entries
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.join("case.json").exists())
            .collect();
        folders.sort();
        folders.iter().map(|folder| Self::read(folder)).collect()
    }

    fn read(folder: &Path) -> Self {
        let json = |name: &str| -> Value { serde_json::from_slice(&fs::read(folder.join(name)).unwrap()).unwrap() };
        let case = json("case.json");
        let context = match case["context_type"].as_str() {
            Some("str") => ContextFile::Text(folder.join("context.txt")),
            _ => ContextFile::Json(folder.join("context.json")),
        };
        let mut steps: Vec<PathBuf> = fs::read_dir(folder.join("steps"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        steps.sort_by_key(|path| path.file_stem().unwrap().to_str().unwrap().parse::<u32>().unwrap());
        Self {
            name: folder.file_name().unwrap().to_str().unwrap().to_owned(),
            query: case["query"].as_str().unwrap().to_owned(),
            context,
            steps,
            rules: case["replies"].clone(),
            default_reply: case["default_reply"].as_str().unwrap_or("NO_ANSWER").to_owned(),
            expected: json("expected.json"),
        }
    }

    /// Returns the session with its rejected programs rewritten in Sift; `None` if all run, or if
    /// too much of Python's library would have to be rewritten.
    pub(crate) fn said_in_sift(&self) -> Option<Self> {
        let folder = Path::new(SAID_IN_SIFT).join(&self.name);
        let said = |step: &PathBuf| {
            let said = folder.join(step.file_name().unwrap());
            if said.exists() { said } else { step.clone() }
        };
        folder.is_dir().then(|| Self {
            steps: self.steps.iter().map(said).collect(),
            ..self.clone()
        })
    }

    /// Compares a run with the recording: output, type of the error, final answer, and prompts in
    /// order.
    pub(crate) fn compare(&self, ours: &Session) -> Comparison {
        let mut compared = Comparison::default();
        let steps = self.expected["steps"].as_array().unwrap();
        for (number, (ours, theirs)) in (1..).zip(ours.steps.iter().zip(steps)) {
            compared.step(number, ours, theirs);
        }
        if ours.steps.len() != steps.len() {
            let how = format!("{} steps instead of {}", ours.steps.len(), steps.len());
            // Without the error, the program is not repeated.
            if compared.forgiven.is_empty() {
                compared.differs(how);
            } else {
                compared.following.push(how);
            }
        }
        let (answer, expected) = (ours.answer.as_deref(), self.expected["final"].as_str());
        if answer != expected {
            let shown = |answer: Option<&str>| {
                answer.map_or_else(|| "none".to_owned(), |text| format!("{:?}", shortened(text)))
            };
            compared.differs(format!(
                "the answer is {} instead of {}",
                shown(answer),
                shown(expected)
            ));
        }
        let expected = self.expected["calls"].as_array().unwrap();
        if ours.calls.len() != expected.len() {
            compared.differs(format!("{} calls instead of {}", ours.calls.len(), expected.len()));
        } else if let Some(at) = ours
            .calls
            .iter()
            .zip(expected)
            .position(|(ours, theirs)| ours != theirs)
        {
            compared.differs(format!("call {} has another prompt", at + 1));
        }
        compared
    }
}

impl Comparison {
    fn step(&mut self, number: usize, ours: &StepRecord, theirs: &Value) {
        let printed = theirs["stdout"].as_str().unwrap();
        let (our_error, error) = (ours.error.as_deref(), theirs["error"].as_str());
        let same_error = our_error.map(type_name) == error.map(type_name);
        if let Some(code) = &ours.refused {
            // A program that would raise this error before any output is rejected with it in
            // advance.
            if same_error && printed.is_empty() && !code.starts_with(LEFT_OUT) {
                return;
            }
            let (_, message) = our_error.unwrap().split_once(": ").unwrap();
            let how = format!("step {number} is refused: {code} {message}");
            if code == UNKNOWN_NAME && !self.refused.is_empty() {
                self.following.push(how);
            } else {
                self.refused.push(how);
            }
        } else if our_error.is_none() && error.is_some_and(misses_an_import) && ours.printed.starts_with(printed) {
            self.forgiven
                .push(format!("step {number} runs without {}", error.unwrap()));
        } else if !same_error {
            let (ours, theirs) = (our_error.unwrap_or("no error"), error.unwrap_or("none"));
            self.differs(format!("step {number} ends in {ours} instead of {theirs}"));
        } else if ours.printed != printed {
            let (line, ours, theirs) = first_difference(&ours.printed, printed);
            self.differs(format!(
                "step {number} prints {ours:?} instead of {theirs:?} in line {line}"
            ));
        }
    }

    fn differs(&mut self, how: String) {
        if self.refused.is_empty() {
            self.different.push(how);
        } else {
            self.following.push(how);
        }
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let own = self.refused.iter().chain(&self.forgiven).chain(&self.different);
        let following = self.following.iter().map(|how| format!("so {how}"));
        let lines: Vec<String> = own.cloned().chain(following).collect();
        match lines.as_slice() {
            [] => write!(formatter, "as in CPython"),
            lines => write!(formatter, "{}", lines.join("\n    ")),
        }
    }
}

fn type_name(error: &str) -> &str {
    error.split(':').next().unwrap()
}

/// Returns `true` if the error is caused by a missing `import` of a name that the language binds at
/// the start.
fn misses_an_import(error: &str) -> bool {
    const BOUND: [&str; 6] = ["re", "json", "math", "datetime", "Counter", "defaultdict"];
    BOUND
        .iter()
        .any(|name| error == format!("NameError: name '{name}' is not defined"))
}

/// Returns the first line in which two texts differ, shortened.
fn first_difference(ours: &str, theirs: &str) -> (usize, String, String) {
    let line = ours.lines().zip(theirs.lines()).take_while(|(a, b)| a == b).count();
    let shown = |text: &str| shortened(text.lines().nth(line).unwrap_or(""));
    (line + 1, shown(ours), shown(theirs))
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

/// Formats the comparisons of all sessions, sorted by name.
pub(crate) fn list(compared: &[(String, Comparison)]) -> String {
    let mut list: Vec<String> = compared
        .iter()
        .map(|(name, compared)| format!("{name}: {compared}"))
        .collect();
    let same = compared.iter().filter(|(_, one)| *one == Comparison::default()).count();
    list.push(format!("{same} of {} run as in CPython", compared.len()));
    list.join("\n")
}

/// Asserts that the only differences are rejected programs, their consequences, and the one missing
/// import that is accepted.
pub(crate) fn assert_as_specified(compared: &[(String, Comparison)]) {
    let faults: Vec<_> = compared.iter().filter(|(_, one)| !one.different.is_empty()).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    let forgiven: Vec<&str> = compared
        .iter()
        .filter(|(_, one)| !one.forgiven.is_empty())
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(forgiven, ["a039-meetings-launch-date"]);
}

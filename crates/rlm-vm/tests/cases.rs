//! Whole sessions as models write them, with what CPython prints for them: which of them a machine runs alike, and what
//! stopped each of the others.
//!
//! The sessions are kept beside the repository, in `shared/cases`; without them the test says so and ends.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test stops at once where something is not as it says"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use rlm_text::{Origin, ReplyId, SourceId, Text};
use rlm_vm::regex::{Flags, Pattern, SearchMode, Template};
use rlm_vm::{CallOutcome, ContextData, ContextDocument, ContextKind, End, IssuedCall, Machine, Settings, Step};
use serde_json::Value;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/cases");
const SLICE: u64 = 10_000_000;

/// One session: its programs, its context, and how its calls are answered.
struct Case {
    query: String,
    context: ContextData,
    steps: Vec<String>,
    rules: Vec<(Pattern, String)>,
    default_reply: String,
    expected: Value,
}

impl Case {
    fn read(folder: &Path) -> Self {
        let text = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
        let json = |name: &str| serde_json::from_str::<Value>(&text(name)).unwrap();
        let case = json("case.json");
        let context = match case["context_type"].as_str() {
            Some("str") => {
                let text = text("context.txt").replace("\r\n", "\n").replace('\r', "\n");
                context(ContextKind::Text, text)
            }
            _ => context(ContextKind::Json, text("context.json")),
        };
        let rules = case["replies"].as_array().into_iter().flatten().map(|rule| {
            let pattern = Pattern::compile(rule["match"].as_str().unwrap(), Flags::DOTALL).unwrap();
            (pattern, rule["reply"].as_str().unwrap().to_owned())
        });
        let mut steps: Vec<PathBuf> = fs::read_dir(folder.join("steps"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        steps.sort_by_key(|path| path.file_stem().unwrap().to_str().unwrap().parse::<u32>().unwrap());
        Self {
            query: case["query"].as_str().unwrap().to_owned(),
            context,
            steps: steps.iter().map(|path| fs::read_to_string(path).unwrap()).collect(),
            rules: rules.collect(),
            default_reply: case["default_reply"].as_str().unwrap_or("NO_ANSWER").to_owned(),
            expected: json("expected.json"),
        }
    }

    /// Replies as the first rule says whose pattern is found in the prompt.
    fn reply(&self, call: &IssuedCall) -> CallOutcome {
        let prompt = call.prompt.to_flat().unwrap().into_owned();
        let mut no_limit = |_| Ok(());
        for (pattern, reply) in &self.rules {
            let found = pattern.search(&prompt, 0, SearchMode::Search, &mut no_limit).unwrap();
            if let Some(captures) = found.captures {
                let reply = Template::parse(reply, pattern).unwrap().expand(&captures, &prompt);
                return CallOutcome::Reply(Text::with_origin(reply, Origin::Reply(ReplyId(call.key.ordinal))));
            }
        }
        CallOutcome::Reply(Text::new(&self.default_reply))
    }

    /// Runs the session; returns what of it differs first from CPython's.
    fn run(&self) -> Result<(), String> {
        let mut machine = Machine::new(Settings::default(), self.context.clone(), &self.query);
        let mut calls: Vec<String> = Vec::new();
        let mut answer = None;
        let expected_steps = self.expected["steps"].as_array().unwrap();
        for (number, (source, expected)) in (1..).zip(self.steps.iter().zip(expected_steps)) {
            let program = match machine.compile(source) {
                Ok(program) => program,
                Err(refusal) => {
                    let wrong = &refusal.diagnostics[0];
                    let code = wrong.code.0;
                    if expected["error"].as_str().and_then(type_name) == Some(wrong.exception)
                        && expected["stdout"] == ""
                    {
                        continue;
                    }
                    return Err(format!("step {number} is refused: {code} {}", wrong.message));
                }
            };
            let outcome = self.run_step(machine, &program, &mut calls);
            machine = outcome.machine;
            let expected_error = expected["error"].as_str();
            if outcome.error.as_deref().and_then(type_name) != expected_error.and_then(type_name) {
                let ours = outcome.error.as_deref().unwrap_or("no error");
                return Err(format!(
                    "step {number} ends in {ours} instead of {}",
                    expected_error.unwrap_or("none")
                ));
            }
            let expected_print = expected["stdout"].as_str().unwrap();
            if outcome.printed != expected_print {
                let (line, ours, theirs) = first_difference(&outcome.printed, expected_print);
                return Err(format!(
                    "step {number} prints {ours:?} instead of {theirs:?} in line {line}"
                ));
            }
            answer = outcome.answer;
            if answer.is_some() {
                break;
            }
        }
        if answer.as_deref() != self.expected["final"].as_str() {
            return Err(format!(
                "the answer is {answer:?} instead of {}",
                self.expected["final"]
            ));
        }
        let expected_calls = self.expected["calls"].as_array().unwrap();
        let same = calls.len() == expected_calls.len() && calls.iter().zip(expected_calls).all(|(a, b)| a == b);
        if !same {
            return Err(format!(
                "{} calls instead of {}, or others",
                calls.len(),
                expected_calls.len()
            ));
        }
        Ok(())
    }

    fn run_step(&self, machine: Machine, program: &rlm_vm::Compiled, calls: &mut Vec<String>) -> Outcome {
        let mut step = machine.start(program, SLICE);
        let mut prompts = Vec::new();
        let (mut machine, report, error, mut answer) = loop {
            step = match step {
                Step::OutOfFuel(paused) => paused.resume(Vec::new(), SLICE),
                Step::Needs(mut needs) => {
                    let issued = needs.take_issued();
                    prompts.extend(
                        issued
                            .iter()
                            .map(|call| (call.key, call.prompt.to_flat().unwrap().into_owned())),
                    );
                    let replies = issued.iter().map(|call| (call.key, self.reply(call))).collect();
                    needs.resume(replies, SLICE)
                }
                Step::Done(done) => break (done.machine, done.report, None, None),
                Step::Raised(raised) => {
                    let error = format!("{}: {}", raised.error.type_name(), raised.error.message);
                    break (raised.machine, raised.report, Some(error), None);
                }
                Step::Ended(ended) => {
                    let error = match &ended.end {
                        End::Final => None,
                        end => Some(format!("{end:?}: a limit")),
                    };
                    break (ended.machine, ended.report, error, ended.answer);
                }
            };
        };
        prompts.sort();
        calls.extend(prompts.into_iter().map(|(_, prompt)| prompt));
        if answer.is_none() {
            answer = machine.ready_answer();
        }
        Outcome {
            machine,
            printed: report.printed.text,
            error,
            answer: answer.map(|answer| answer.to_flat().unwrap().into_owned()),
        }
    }
}

/// What one program came to.
struct Outcome {
    machine: Machine,
    printed: String,
    error: Option<String>,
    answer: Option<String>,
}

fn context(kind: ContextKind, text: String) -> ContextData {
    let text = Text::with_origin(text, Origin::Source(SourceId(0)));
    let document = ContextDocument {
        name: "context".into(),
        text: text.clone(),
    };
    ContextData {
        kind,
        documents: vec![document],
        joined: text,
    }
}

fn type_name(error: &str) -> Option<&str> {
    error.split(':').next()
}

/// Returns the first line in which two texts differ, shortened.
fn first_difference(ours: &str, theirs: &str) -> (usize, String, String) {
    let line = ours.lines().zip(theirs.lines()).take_while(|(a, b)| a == b).count();
    let shown = |text: &str| text.lines().nth(line).unwrap_or("").chars().take(60).collect();
    (line + 1, shown(ours), shown(theirs))
}

#[test]
fn sessions_run_as_in_cpython() {
    let Ok(folders) = fs::read_dir(FOLDER) else {
        eprintln!("SKIPPED: the recorded sessions are not there ({FOLDER})");
        return;
    };
    let mut folders: Vec<PathBuf> = folders
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("case.json").exists())
        .collect();
    folders.sort();
    let mut list = String::new();
    let mut same = 0;
    for folder in &folders {
        let name = folder.file_name().unwrap().display();
        match Case::read(folder).run() {
            Ok(()) => {
                same += 1;
                writeln!(list, "{name}: as in CPython").unwrap();
            }
            Err(difference) => writeln!(list, "{name}: {difference}").unwrap(),
        }
    }
    writeln!(list, "{same} of {} run as in CPython", folders.len()).unwrap();
    insta::assert_snapshot!(list);
}

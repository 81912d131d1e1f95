//! Whole sessions as models write them, compared with CPython's output. Programs that the
//! specification rejects are listed with their codes.

use crate::support::sessions;
use rlm_test_needs::needs;

use std::fs;

use sessions::{Comparison, ContextFile, Recording, Session, StepRecord};
use sift_regex::{Flags, Pattern, SearchMode, Template};
use sift_text::{Origin, ReplyId, SourceId, Text};
use sift_vm::{
    CallOutcome, Compiled, ContextData, ContextDocument, ContextKind, End, IssuedCall, Machine, Settings, Step,
};

const SLICE: u64 = 10_000_000;

/// Returns the replies that a session's rules define.
struct Replies {
    rules: Vec<(Pattern, String)>,
    default: String,
}

impl Replies {
    fn of(recorded: &Recording) -> Self {
        let rules = recorded.rules.as_array().into_iter().flatten().map(|rule| {
            let pattern = Pattern::compile(rule["match"].as_str().unwrap(), Flags::DOTALL).unwrap();
            (pattern, rule["reply"].as_str().unwrap().to_owned())
        });
        Self {
            rules: rules.collect(),
            default: recorded.default_reply.clone(),
        }
    }

    fn to(&self, call: &IssuedCall) -> CallOutcome {
        let prompt = flat(&call.prompt);
        let mut no_limit = |_| Ok(());
        for (pattern, reply) in &self.rules {
            let found = pattern.search(&prompt, 0, SearchMode::Search, &mut no_limit).unwrap();
            if let Some(captures) = found.captures {
                let reply = Template::parse(reply, pattern).unwrap().expand(&captures, &prompt);
                return CallOutcome::Reply(Text::with_origin(reply, Origin::Reply(ReplyId(call.key.ordinal))));
            }
        }
        CallOutcome::Reply(Text::new(&self.default))
    }
}

/// Runs the programs up to the one with the final answer; a rejected program does not end the
/// session.
fn run(recorded: &Recording) -> Session {
    let replies = Replies::of(recorded);
    let mut machine = Machine::new(Settings::default(), context(&recorded.context), &recorded.query);
    let mut session = Session::default();
    for path in &recorded.steps {
        let step;
        (machine, step) = match machine.compile(&fs::read_to_string(path).unwrap()) {
            Ok(program) => run_step(machine, &program, &replies, &mut session),
            Err(refusal) => {
                let first = &refusal.diagnostics[0];
                let step = StepRecord {
                    error: Some(format!("{}: {}", first.exception, first.message)),
                    refused: Some(first.code.0.to_owned()),
                    ..StepRecord::default()
                };
                (machine, step)
            }
        };
        session.steps.push(step);
        if session.answer.is_some() {
            break;
        }
    }
    session
}

fn run_step(machine: Machine, program: &Compiled, replies: &Replies, session: &mut Session) -> (Machine, StepRecord) {
    let mut step = machine.start(program, SLICE);
    let mut prompts = Vec::new();
    let (mut machine, report, error, answer) = loop {
        step = match step {
            Step::OutOfFuel(paused) => paused.resume(Vec::new(), SLICE),
            Step::Needs(mut needs) => {
                let issued = needs.take_issued();
                prompts.extend(issued.iter().map(|call| (call.key, flat(&call.prompt))));
                needs.resume(issued.iter().map(|call| (call.key, replies.to(call))).collect(), SLICE)
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
    session.calls.extend(prompts.into_iter().map(|(_, prompt)| prompt));
    session.answer = answer.or_else(|| machine.ready_answer()).map(|answer| flat(&answer));
    let step = StepRecord {
        printed: report.printed.text,
        error,
        refused: None,
    };
    (machine, step)
}

fn context(file: &ContextFile) -> ContextData {
    let (kind, text) = match file {
        ContextFile::Text(path) => {
            let text = fs::read_to_string(path).unwrap();
            (ContextKind::Text, text.replace("\r\n", "\n").replace('\r', "\n"))
        }
        ContextFile::Json(path) => (ContextKind::Json, fs::read_to_string(path).unwrap()),
    };
    let text = Text::with_origin(text, Origin::Source(SourceId(0)));
    let document = ContextDocument {
        name: "context".into(),
        text: text.clone(),
        image: None,
    };
    ContextData {
        kind,
        documents: vec![document],
        joined: text,
        files: None,
    }
}

fn flat(text: &Text) -> String {
    text.to_flat().unwrap().into_owned()
}

#[needs("shared")]
#[test]
fn sessions_run_as_in_cpython() {
    let recorded = Recording::all();
    let compared: Vec<(String, Comparison)> = recorded
        .iter()
        .map(|one| (one.name.clone(), one.compare(&run(one))))
        .collect();
    insta::assert_snapshot!(sessions::list(&compared));
    sessions::assert_as_specified(&compared);
}

#[needs("shared")]
#[test]
fn recorded_sessions_rewritten_for_sift_match_cpython() {
    for said in Recording::all().iter().filter_map(Recording::said_in_sift) {
        assert_eq!(said.compare(&run(&said)), Comparison::default(), "{}", said.name);
    }
}

//! CPython beside the machine: one process that is asked again and again.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use rlm_vm::{ContextData, Machine, Settings, Step};
use serde_json::{Value, json};

use crate::generators::{Dice, Writer};

/// Output from which on ours is cut, and not compared.
const LONG: usize = 20_000;

/// What demands, where it is 1, that there is a CPython to compare with.
const DEMAND: &str = "RLM_NEEDS_PYTHON";

/// Reads requests as JSON lines and answers each with a JSON line: what a program prints and raises, or what a pattern finds.
const SERVER: &str = r#"
import contextlib, io, json, re, sys, warnings
from collections import Counter

warnings.simplefilter("ignore")

def run(program):
    out, raised = io.StringIO(), ""
    try:
        with contextlib.redirect_stdout(out):
            exec(compile(program, "<program>", "exec"), {"Counter": Counter})
    except Exception as error:
        raised = f"raised {type(error).__name__}: {error}\n"
    return out.getvalue() + raised

def find(pattern, text):
    try:
        compiled = re.compile(pattern)
    except Exception:
        return None
    flat = lambda m: [m.lastindex or 0] + [at for group in range(compiled.groups + 1) for at in m.span(group)]
    span = lambda m: m and list(m.span())
    return [text, [flat(m) for m in compiled.finditer(text)], span(compiled.match(text)), span(compiled.fullmatch(text))]

for line in sys.stdin:
    request = json.loads(line)
    answer = run(request["program"]) if "program" in request else find(request["pattern"], request["text"])
    print(json.dumps(answer), flush=True)
"#;

/// A CPython that answers.
pub(super) struct Python {
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// Whether there is a CPython.
enum Found {
    NotLookedFor,
    No,
    Yes(Python),
}

static PYTHON: Mutex<Found> = Mutex::new(Found::NotLookedFor);

/// Writes a program that means something as the bytes say, and looks whether it [runs as in CPython](runs_as_in_cpython).
///
/// # Panics
/// As [`runs_as_in_cpython`].
pub fn cpython_vs_machine(data: &[u8]) {
    runs_as_in_cpython(&Writer::program(Dice::of(data)));
}

/// Runs a program here and in CPython, which is left out where there is no `python3` of version 3.11, unless `RLM_NEEDS_PYTHON=1` demands
/// one.
///
/// # Panics
/// Where it is refused, ends otherwise when it is laid out anew, or prints or raises something else than in CPython.
pub fn runs_as_in_cpython(program: &str) {
    let ours = here(program);
    assert!(!ours.starts_with("refused"), "{program}\n{ours:.2000}");
    let laid_out = rlm_syntax::print(&rlm_syntax::parse(program).program);
    assert_eq!(here(&laid_out), ours, "printed anew\n{program}");
    let Some(Value::String(theirs)) = Python::ask(&json!({"program": program})) else {
        return;
    };
    if theirs.len() < LONG {
        let mut lines = ours.lines().chain([""]).zip(theirs.lines().chain([""]));
        let (here, there) = lines.find(|(here, there)| here != there).unwrap_or_default();
        assert!(ours == theirs, "here: {here:.300}\nCPython: {there:.300}\n{program}");
    }
}

impl Python {
    /// Asks the one process, which is started by the first who asks; none where there is no `python3` of the version that the machine
    /// is held to.
    ///
    /// # Panics
    /// Where it ends, or answers with something else than JSON; where there is none and `RLM_NEEDS_PYTHON=1` demands one.
    pub(super) fn ask(request: &Value) -> Option<Value> {
        let mut found = PYTHON.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*found, Found::NotLookedFor) {
            *found = Self::start().map_or(Found::No, Found::Yes);
            if matches!(*found, Found::No) {
                skipped();
            }
        }
        match &mut *found {
            Found::Yes(python) => Some(python.answer(request)),
            Found::NotLookedFor | Found::No => {
                let is_demanded = std::env::var_os(DEMAND).is_some_and(|demand| demand == "1");
                assert!(!is_demanded, "{DEMAND}=1, and python3 3.11 is not here");
                None
            }
        }
    }

    fn start() -> Option<Self> {
        let version = Command::new("python3").arg("--version").output().ok()?;
        if !String::from_utf8_lossy(&version.stdout).starts_with("Python 3.11") {
            return None;
        }
        let mut process = Command::new("python3")
            .args(["-c", SERVER])
            .env("PYTHONUTF8", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let (requests, answers) = (process.stdin.take()?, BufReader::new(process.stdout.take()?));
        Some(Self {
            process,
            requests,
            answers,
        })
    }

    fn answer(&mut self, request: &Value) -> Value {
        let mut line = String::new();
        let exchanged = writeln!(self.requests, "{request}").and_then(|()| self.answers.read_line(&mut line));
        match (exchanged, serde_json::from_str(&line)) {
            (Ok(_), Ok(answer)) => answer,
            (exchanged, _) => panic!(
                "CPython {} did not answer: {exchanged:?} {line:?}\n{request}",
                self.process.id()
            ),
        }
    }
}

#[expect(clippy::print_stderr, reason = "what is not compared is said")]
fn skipped() {
    eprintln!("skipped: python3 3.11 is not here, so nothing is compared with it; {DEMAND}=1 makes that an error");
}

/// What a program prints and raises here.
fn here(source: &str) -> String {
    let mut machine = Machine::new(
        Settings::default(),
        ContextData::text("none.txt", rlm_text::Text::new("")),
        "",
    );
    let program = match machine.compile(source) {
        Ok(program) => program,
        Err(refusal) => return format!("refused\n{}", rlm_syntax::render_plain(source, &refusal.diagnostics)),
    };
    let mut step = machine.start(&program, 1_000_000);
    let (report, ended) = loop {
        step = match step {
            Step::OutOfFuel(paused) => paused.resume(Vec::new(), 1_000_000),
            Step::Needs(needs) => needs.resume(Vec::new(), 1_000_000),
            Step::Done(done) => break (done.report, None),
            Step::Raised(raised) => {
                let error = format!("raised {}: {}", raised.error.type_name(), raised.error.message);
                break (raised.report, Some(error));
            }
            Step::Ended(ended) => break (ended.report, Some(format!("ended: {:?}", ended.end))),
        };
    };
    let mut output = report.printed.text;
    if let Some(ended) = ended {
        let _ = writeln!(output, "{ended}");
    }
    output
}

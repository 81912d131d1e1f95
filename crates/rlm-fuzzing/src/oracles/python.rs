//! A CPython process that answers multiple requests.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

/// The Python program that reads requests as JSON lines. It answers each with a JSON line: the
/// output and the exception of a program, or the matches of a pattern.
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

/// A running CPython process that executes programs and searches with patterns.
pub(super) struct Python {
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// The shared CPython process; `None` until the first request.
static PYTHON: Mutex<Option<Python>> = Mutex::new(None);

/// Runs a program in CPython and returns its output. The last line is `raised CLASS: MESSAGE` if
/// the program raises.
///
/// # Panics
/// If `python3` is not version 3.11.
#[must_use]
pub fn what_cpython_prints(program: &str) -> String {
    let printed = Python::ask(&json!({"program": program}));
    printed.as_str().unwrap_or_default().to_owned()
}

impl Python {
    /// Sends a request to the shared CPython process and returns the response. The first request
    /// starts the process.
    ///
    /// # Panics
    /// If `python3` is missing or not version 3.11, or if its response is not JSON.
    pub(super) fn ask(request: &Value) -> Value {
        let mut python = PYTHON.lock().unwrap_or_else(PoisonError::into_inner);
        if python.is_none() {
            *python = Self::start();
        }
        let python = python.as_mut();
        python.expect("`python3` is CPython 3.11").answer(request)
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

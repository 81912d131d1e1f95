//! CPython and pydantic-monty, each in its own `python3` process that is reused between runs.

use std::error::Error;
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use super::{Engine, Loaded, Run, Task};

struct Python {
    process: Child,
    requests: Option<ChildStdin>,
    answers: Lines<BufReader<ChildStdout>>,
    version: String,
}

pub(crate) fn load_cpython(task: &Task) -> Loaded {
    load("cpython", task)
}

pub(crate) fn load_monty(task: &Task) -> Loaded {
    load("monty", task)
}

fn load(engine: &str, task: &Task) -> Loaded {
    let mut process = Command::new("python3")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../sift-vm/benches/programs/python.py"))
        .arg(engine)
        .args([task.python_program(), task.context_file.clone()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let requests = process.stdin.take();
    let answers = process.stdout.take().ok_or("python3 has no output")?;
    let mut python = Python {
        process,
        requests,
        answers: BufReader::new(answers).lines(),
        version: String::new(),
    };
    let answer = python.answer()?;
    python.version = answer["version"].as_str().unwrap_or_default().to_owned();
    Ok(Box::new(python))
}

impl Python {
    fn answer(&mut self) -> Result<Value, Box<dyn Error>> {
        let line = self.answers.next().ok_or("python3 ended early")??;
        let answer: Value = serde_json::from_str(&line)?;
        match answer["error"].as_str() {
            Some(error) => Err(error.into()),
            None => Ok(answer),
        }
    }
}

impl Engine for Python {
    fn version(&self) -> String {
        self.version.clone()
    }

    fn run(&mut self) -> Result<Run, Box<dyn Error>> {
        let requests = self.requests.as_mut().ok_or("python3 has no input")?;
        writeln!(requests, "run")?;
        let answer = self.answer()?;
        let ms = answer["ms"].as_f64().ok_or("no time was told")?;
        Ok(Run {
            took: Duration::from_secs_f64(ms / 1e3),
            printed: answer["printed"].as_str().unwrap_or_default().to_owned(),
        })
    }
}

impl Drop for Python {
    /// Closes the process's input so that it exits, and waits for it.
    fn drop(&mut self) {
        self.requests = None;
        // An error means that the process has already exited.
        let _ = self.process.wait();
    }
}

//! Sift, with the default fuel and memory limits.

use std::time::Instant;

use sift_text::{Origin, SourceId, Text};
use sift_vm::{ContextData, Machine, Settings, Step};

use super::{Engine, Loaded, Run, Task, locked_version};

/// The fuel that the VM runs before it returns to the host.
const SLICE: u64 = 2_000_000;

struct Sift {
    source: String,
    context: String,
}

pub(crate) fn load(task: &Task) -> Loaded {
    Ok(Box::new(Sift {
        source: std::fs::read_to_string(task.python_program())?,
        context: task.context.clone(),
    }))
}

impl Engine for Sift {
    fn version(&self) -> String {
        locked_version("sift-vm")
    }

    fn run(&mut self) -> Result<Run, Box<dyn std::error::Error>> {
        let text = Text::with_origin(self.context.clone(), Origin::Source(SourceId(0)));
        let mut machine = Machine::new(Settings::default(), ContextData::text("context", text), "");
        let start = Instant::now();
        let program = machine
            .compile(&self.source)
            .map_err(|refusal| format!("{:?}", refusal.diagnostics))?;
        let mut step = machine.start(&program, SLICE);
        loop {
            step = match step {
                Step::OutOfFuel(paused) => paused.resume(Vec::new(), SLICE),
                Step::Done(done) => {
                    return Ok(Run {
                        took: start.elapsed(),
                        printed: done.report.printed.text,
                    });
                }
                Step::Needs(_) => return Err("a call was made".into()),
                Step::Raised(raised) => return Err(raised.error.rendered.into()),
                Step::Ended(ended) => return Err(format!("{:?}", ended.end).into()),
            };
        }
    }
}

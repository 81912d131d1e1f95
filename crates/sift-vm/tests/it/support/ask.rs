//! Runs a program whose calls a function answers, and records its prompts.

use sift_text::Text;
use sift_vm::{CallFailure, CallKind, CallOutcome, ContextData, Machine, Report, Settings, Step};

/// A program's output, end and prompts.
#[derive(Debug, Default)]
pub(crate) struct PromptLog {
    pub(crate) printed: String,
    pub(crate) error: String,
    pub(crate) prompts: Vec<String>,
    /// The schema of each reply, if it has one.
    pub(crate) schemas: Vec<Option<String>>,
    /// The contexts of child runs.
    pub(crate) contexts: Vec<Option<String>>,
    /// Number of calls that were issued before the program reached them.
    pub(crate) early: usize,
    pub(crate) fuel: u64,
}

/// Runs a program. `reply` answers a call when the program waits for one; `None` fails it.
pub(crate) fn ask(source: &str, reply: impl Fn(&str) -> Option<String>) -> PromptLog {
    ask_in(Settings::default(), source, reply)
}

pub(crate) fn ask_in(settings: Settings, source: &str, reply: impl Fn(&str) -> Option<String>) -> PromptLog {
    let context = ContextData::text("a.txt", Text::new("alpha beta"));
    let mut machine = Machine::new(settings, context, "");
    let program = machine
        .compile(source)
        .unwrap_or_else(|refusal| panic!("{:?}", refusal.diagnostics));
    let mut asked = PromptLog::default();
    let mut waiting = Vec::new();
    let mut step = machine.start(&program, 1_000_000);
    loop {
        step = match step {
            Step::OutOfFuel(paused) => paused.resume(Vec::new(), 1_000_000),
            Step::Needs(mut needs) => {
                for call in needs.take_issued() {
                    let prompt = call.prompt.to_flat().unwrap().into_owned();
                    let outcome = match reply(&prompt) {
                        Some(reply) => CallOutcome::Reply(Text::from_string(reply)),
                        None => CallOutcome::Failed(CallFailure {
                            kind: "server".into(),
                            message: "no reply".into(),
                            hint: None,
                        }),
                    };
                    waiting.push((call.key, outcome));
                    let flat = |text: Option<Text>| text.map(|text| text.to_flat().unwrap().into_owned());
                    if call.kind == CallKind::Run {
                        asked.contexts.push(flat(call.context));
                    }
                    asked.schemas.push(flat(call.schema));
                    asked.early += usize::from(call.early);
                    asked.prompts.push(prompt);
                }
                let arrived = if needs.wait_for().is_empty() {
                    Vec::new()
                } else {
                    std::mem::take(&mut waiting)
                };
                needs.resume(arrived, 1_000_000)
            }
            Step::Done(done) => return asked.ended(done.report),
            Step::Raised(raised) => {
                asked.error = format!("{}: {}", raised.error.type_name(), raised.error.message);
                return asked.ended(raised.report);
            }
            Step::Ended(ended) => {
                asked.error = format!("{:?}", ended.end);
                return asked.ended(ended.report);
            }
        };
    }
}

impl PromptLog {
    fn ended(mut self, report: Report) -> Self {
        self.printed = report.printed.text;
        self.fuel = report.fuel;
        self
    }
}

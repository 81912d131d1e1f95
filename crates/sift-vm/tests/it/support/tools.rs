//! A host that answers calls of tools.

use sift_syntax::{Signature, render_plain};
use sift_text::{Origin, Text};
use sift_vm::{
    Derived, FoundPassage, HostAnswer, HostQuestion, HostRequest, HostTool, Machine, Settings, Step, ToolAccess,
};

use super::{machine, shout};

/// A request for a tool.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ToolRequest {
    pub(crate) ordinal: u32,
    pub(crate) name: String,
    /// JSON.
    pub(crate) arguments: String,
    /// The sources of the arguments.
    pub(crate) derived: Derived,
    /// The sources of the conditions before the call.
    pub(crate) condition: Derived,
}

/// Returns a tool that hides no function of the library.
pub(crate) fn tool(signature: &str, access: ToolAccess) -> HostTool {
    HostTool {
        signature: Signature::parse(signature).unwrap(),
        doc: "Does what it is named for.".to_owned(),
        access,
        hides: false,
    }
}

/// Returns the tools of [`with_tools`].
pub(crate) fn tools() -> Vec<HostTool> {
    vec![
        tool("look_up(order: int | str, limit: int=10) -> dict", ToolAccess::Read),
        tool("send(to: str, body: str, *, copies: list=None)", ToolAccess::Effect),
        tool("any_of(kind, **arguments)", ToolAccess::Read),
    ]
}

pub(crate) fn with_tools(settings: Settings) -> Machine {
    machine(settings).with_tools(tools()).unwrap()
}

/// Runs a program with the default tools, each of which returns its arguments. Returns as
/// [`run_in`] does.
pub(crate) fn run(source: &str) -> (String, Vec<ToolRequest>) {
    let (printed, requests, _) = run_in(with_tools(Settings::default()), source, 1_000, echo);
    (printed, requests)
}

/// Runs a program. Returns its output or else its error, its requests and its fuel.
pub(crate) fn run_in(
    mut machine: Machine,
    source: &str,
    slice: u64,
    answer: impl Fn(&ToolRequest) -> HostAnswer,
) -> (String, Vec<ToolRequest>, u64) {
    let program = match machine.compile(source) {
        Ok(program) => program,
        Err(refusal) => return (render_plain(source, &refusal.diagnostics), Vec::new(), 0),
    };
    let mut requests = Vec::new();
    let mut step = machine.start(&program, slice);
    loop {
        step = match step {
            Step::OutOfFuel(paused) => paused.resume(Vec::new(), slice),
            Step::Needs(mut needs) => {
                let arrived = needs.take_issued().iter().map(|call| (call.key, shout(call))).collect();
                match needs.asked().cloned() {
                    Some(HostRequest {
                        ordinal,
                        question:
                            HostQuestion::Tool {
                                name,
                                arguments,
                                derived,
                                condition,
                            },
                    }) => {
                        let request = ToolRequest {
                            ordinal,
                            name: name.to_string(),
                            arguments,
                            derived,
                            condition,
                        };
                        needs.answer(answer(&request));
                        requests.push(request);
                    }
                    Some(_) => needs.answer(HostAnswer::Hits(vec![passage()])),
                    None => {}
                }
                needs.resume(arrived, slice)
            }
            Step::Done(done) => return (done.report.printed.text, requests, done.report.fuel),
            Step::Raised(raised) => {
                let shown = raised.report.printed.text + &raised.error.rendered;
                return (shown, requests, raised.report.fuel);
            }
            Step::Ended(ended) => return (format!("{:?}", ended.end), requests, ended.report.fuel),
        };
    }
}

/// Returns the result of every search.
fn passage() -> FoundPassage {
    FoundPassage {
        location: "fox.txt:1".into(),
        document: "fox.txt".into(),
        text: Text::new("fox"),
        score: 1.0,
        start: 0,
        end: 3,
    }
}

pub(crate) fn json(text: impl Into<String>) -> HostAnswer {
    HostAnswer::Value(Text::with_origin(text.into(), Origin::Host))
}

/// Returns the ordinal and the arguments of a request.
pub(crate) fn echo(request: &ToolRequest) -> HostAnswer {
    json(format!(
        r#"{{"ordinal": {}, "given": {}}}"#,
        request.ordinal, request.arguments
    ))
}

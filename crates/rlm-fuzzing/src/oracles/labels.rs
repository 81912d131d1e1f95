//! Checks that taint labels work: the arguments of tool calls with effects don't depend on
//! untrusted text.

use rlm_policy::{Taint, ToolDecision, ToolGrant, ToolUse};
use sift_syntax::Signature;
use sift_text::{Origin, ReplyId, SourceId, Text};
use sift_vm::{
    CallFailure, CallOutcome, ContextData, HostAnswer, HostQuestion, HostRequest, HostTool, Machine, RunAhead,
    Settings, Step, ToolAccess,
};

use crate::generators::{Dice, hostile_text, label_forms, label_program};

/// The number of programs that [`labels_hold`] runs.
const PROGRAMS: usize = 6;

/// The number of programs of one form that [`carries_something`] runs.
const ATTEMPTS: usize = 24;

/// A program whose effects differ between two contexts, although its taint labels should prevent
/// it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leak {
    /// The number of the program's form, as used by [`label_program`].
    pub form: usize,
    /// The source of the program.
    pub program: String,
    /// The two contexts over which the program ran.
    pub texts: [String; 2],
    /// The arguments of the messages that the program sent, for each of the two contexts.
    pub sent: [Vec<String>; 2],
    /// The taint mode in which the effects differ.
    pub taint: Taint,
}

/// Runs a few programs with one information flow each, over two contexts.
///
/// # Panics
/// If an effect differs between the contexts.
pub fn labels_hold(data: &[u8]) {
    let mut dice = Dice::of_all(data);
    for _ in 0..PROGRAMS {
        if let Some(leak) = leak_of(&mut dice, None) {
            panic!(
                "{:?}: {:?} sent over {:?} by\n{}",
                leak.taint, leak.sent, leak.texts, leak.program
            );
        }
    }
}

/// Runs a program of the given form, or of a random one, over two contexts, and returns it if an
/// effect differs. A call that is rejected over only one of them is not a leak, because it only
/// cuts the effects short.
///
/// Flows through library functions, including their internal decisions, count as explicit flows. So
/// both taint modes must block them.
pub fn leak_of(dice: &mut Dice<'_>, form: Option<usize>) -> Option<Leak> {
    let form = form.unwrap_or_else(|| match dice.roll(2) {
        0 => dice.roll(label_forms()),
        _ => label_forms() + dice.roll(1 << 16),
    });
    let program = label_program(dice, form);
    let texts = different_texts(dice);
    for taint in [Taint::Strict, Taint::Usual] {
        let sent = texts
            .each_ref()
            .map(|text| effects(ToolGrant::default(), taint, text, &program));
        let both = sent[0].len().min(sent[1].len());
        if sent[0][..both] != sent[1][..both] && (taint == Taint::Strict || !decides_itself(&program)) {
            return Some(Leak {
                form,
                program,
                texts,
                sent,
                taint,
            });
        }
    }
    None
}

/// Returns `true` if a program branches or loops after the preamble that all programs share. In the
/// taint mode that ignores conditions, it may then send different literals for different texts.
fn decides_itself(program: &str) -> bool {
    let own = program.rsplit_once("Pair = ").map_or(program, |(_, own)| own);
    [" if ", "for ", " and ", " or "].iter().any(|word| own.contains(word))
}

/// Returns two texts that differ in their first letter and in their length.
fn different_texts(dice: &mut Dice<'_>) -> [String; 2] {
    let first = format!("ж{}", hostile_text(dice).trim());
    let mut second = format!("щ{}", hostile_text(dice).trim());
    let length = |text: &str| text.chars().count();
    while length(&second) % 3 == length(&first) % 3 {
        second.push('щ');
    }
    [first, second]
}

/// Returns `true` if a program of the form sends different messages over two contexts when labels
/// don't restrict it.
///
/// A form for which this is `false` tests nothing.
pub fn carries_something(dice: &mut Dice<'_>, form: usize) -> bool {
    let grant = ToolGrant {
        derived: true,
        ..ToolGrant::default()
    };
    (0..ATTEMPTS).any(|_| {
        let program = label_program(dice, form);
        let [first, second] = different_texts(dice).map(|text| effects(grant, Taint::Usual, &text, &program));
        first != second
    })
}

/// Runs a program with the given settings, and returns the arguments of all calls of `send` that
/// were permitted.
fn effects(grant: ToolGrant, taint: Taint, text: &str, program: &str) -> Vec<String> {
    let settings = Settings {
        fuel: 3_000_000,
        memory_bytes: 32 << 20,
        run_ahead: RunAhead::Off,
        ..Settings::default()
    };
    let send = HostTool {
        signature: Signature::parse("send(to: str, body: str)").unwrap(),
        doc: "Sends a message.".to_owned(),
        access: ToolAccess::Effect,
        hides: false,
    };
    let context = Text::with_origin(format!("{text}\n"), Origin::Source(SourceId(0)));
    let machine = Machine::new(settings, ContextData::text("letter.txt", context), "?");
    let mut machine = machine.with_tools([send]).unwrap();
    let Ok(program) = machine.compile(program) else {
        return Vec::new();
    };
    let (mut sent, mut earlier) = (Vec::new(), 0);
    let mut step = machine.start(&program, u64::MAX);
    loop {
        step = match step {
            Step::OutOfFuel(paused) => paused.resume(Vec::new(), u64::MAX),
            Step::Needs(mut needs) => {
                let replies = needs.take_issued().into_iter().map(|call| {
                    let reply = Text::with_origin(text.to_owned(), Origin::Reply(ReplyId(call.key.ordinal)));
                    (call.key, CallOutcome::Reply(reply))
                });
                let replies = replies.collect();
                match needs.asked().cloned() {
                    Some(HostRequest {
                        question:
                            HostQuestion::Tool {
                                arguments,
                                derived,
                                condition,
                                ..
                            },
                        ..
                    }) => {
                        let asked = ToolUse {
                            counts_as_effect: true,
                            earlier,
                            depth: 0,
                            is_derived: !derived.is_program_alone(),
                            is_conditional: !condition.is_program_alone(),
                            is_informed: false,
                        };
                        earlier += 1;
                        if grant.decide(asked, taint) == ToolDecision::Granted {
                            sent.push(arguments);
                            needs.answer(HostAnswer::Value(Text::with_origin(
                                "\"sent\"".to_owned(),
                                Origin::Host,
                            )));
                        } else {
                            needs.answer(HostAnswer::Failed(CallFailure {
                                kind: "refused".into(),
                                message: "send was not called".to_owned(),
                                hint: None,
                            }));
                        }
                    }
                    Some(_) => needs.answer(HostAnswer::Hits(Vec::new())),
                    None => {}
                }
                needs.resume(replies, u64::MAX)
            }
            Step::Done(_) | Step::Raised(_) | Step::Ended(_) => return sent,
        };
    }
}

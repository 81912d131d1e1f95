//! The parsing of a root model's reply: its program or its final answer, in any format.
//!
//! Models are instructed to write a single fenced program. They also send tool calls in XML, bare
//! code, fences that are never closed, two programs at once, programs with imagined output, and
//! prose. All these formats are parsed here, and ignored parts are reported. Parsing depends on the
//! reply alone: it doesn't inspect variables or run programs.
//!
//! - `blocks` divides a reply into fences, tool calls and the prose between them.
//! - `finals` parses `FINAL(…)`, `FINAL: …` and their `_VAR` forms outside of programs.
//! - `bare` distinguishes code without a fence from prose.
//! - `answer` parses a reply that should be an answer in plain text.

mod answer;
mod bare;
mod blocks;
mod finals;
mod reading;
mod tool_call;
mod verdict;

use crate::message::NoProgram;
pub use answer::read_answer;
use blocks::{Block, BlockKind, Language};
pub use finals::is_name;
pub use reading::{Action, Final, Reading, ReplyNote};
pub use verdict::{GoalVerdict, read_verdict};

/// The markers that chat templates leave at the end of a reply.
const END_MARKS: &[&str] = &[
    "<|im_end|>",
    "<|eot_id|>",
    "<|end|>",
    "<|endoftext|>",
    "<end_of_turn>",
    "</s>",
];

/// The maximum bytes of a reply that are parsed: far more than any output limit allows, and few
/// enough to bound the parsing time of any reply.
pub const MAX_READ_BYTES: usize = 1 << 20;

/// Parses a reply, up to its first [`MAX_READ_BYTES`] bytes.
///
/// ```
/// use rlm_prompt::reply::{Action, read};
///
/// let reply = "Let me count.\n\n```repl\nprint(len(lines(P)))\n```\n\nOutput:\n4,711";
/// let reading = read(reply);
/// let program = Action::Program { source: "print(len(lines(P)))\n".to_owned(), then: None };
/// assert_eq!(reading.action, program);
/// // What the model imagined of the output is dropped, and it is told so.
/// assert_eq!(reading.notes[0].code(), "imagined_output_dropped");
/// assert!(!reply[..reading.kept].contains("4,711"));
/// ```
#[must_use]
pub fn read(reply: &str) -> Reading {
    let reply = reply.get(..reply.floor_char_boundary(MAX_READ_BYTES)).unwrap_or(reply);
    let body_start = after_thinking(reply);
    let Some(body_start) = body_start else {
        return nothing(NoProgram::OnlyThinking, reply);
    };
    let body = reply.get(body_start..).unwrap_or_default();
    let body = without_end_marks(body);
    if body.trim().is_empty() {
        return nothing(
            if body_start > 0 {
                NoProgram::OnlyThinking
            } else {
                NoProgram::Empty
            },
            reply,
        );
    }
    let mut reading = read_body(body);
    reading.kept = reading.kept.saturating_add(body_start).min(reply.len());
    reading
}

/// Parses the reply of a model whose decoding is constrained to the language, so that the whole
/// reply is a program. If the reply does not parse, because the server ignored the constraint or
/// truncated the reply, it is parsed like any other.
///
/// ```
/// use rlm_prompt::reply::{Action, read_constrained};
///
/// let reading = read_constrained("n = len(lines(P))\nFINAL(n)\n");
/// assert!(matches!(reading.action, Action::Program { source, .. } if source.starts_with("n = len")));
/// ```
#[must_use]
pub fn read_constrained(reply: &str) -> Reading {
    let is_program =
        reply.len() <= MAX_READ_BYTES && !reply.trim().is_empty() && sift_syntax::parse(reply).is_accepted();
    if !is_program {
        return read(reply);
    }
    Reading {
        action: Action::Program {
            source: reply.to_owned(),
            then: None,
        },
        notes: Vec::new(),
        kept: reply.len(),
    }
}

fn nothing(reason: NoProgram, reply: &str) -> Reading {
    Reading {
        action: Action::Nothing(reason),
        notes: Vec::new(),
        kept: reply.len(),
    }
}

/// Returns a reply without the thinking that the provider left in it. The reply must not be a
/// program.
#[must_use]
pub fn without_thinking(reply: &str) -> &str {
    let start = after_thinking(reply).unwrap_or(reply.len());
    without_end_marks(reply.get(start..).unwrap_or_default())
}

/// Returns the offset of the text after the thinking that the provider left in the reply; `None` if
/// there is no text.
fn after_thinking(reply: &str) -> Option<usize> {
    const OPEN: &str = "<think>";
    const CLOSE: &str = "</think>";
    let opens = reply.trim_start().starts_with(OPEN);
    let close = reply.find(CLOSE);
    // Within a program, the tag is part of a string.
    let before_programs = close.is_some_and(|close| {
        let before = reply.get(..close).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        !before.contains("```") && !line.contains(['"', '\''])
    });
    match close {
        // Some chat templates omit the opening tag.
        Some(close) if opens || before_programs => Some(close + CLOSE.len()),
        None if opens => None,
        _ => Some(0),
    }
}

fn without_end_marks(body: &str) -> &str {
    let mut body = body;
    while let Some(shorter) = END_MARKS.iter().find_map(|mark| body.trim_end().strip_suffix(mark)) {
        body = shorter;
    }
    body
}

fn read_body(body: &str) -> Reading {
    let blocks = blocks::cut(body);
    if let Some(index) = blocks.iter().position(|block| block.kind.is_explicit_program()) {
        return with_program(body, &blocks, index);
    }
    // A line within a string of a program may look like a final form.
    let is_program = blocks.iter().all(|block| block.prose().is_some())
        && !body.trim_start().starts_with("FINAL")
        && finals::split_last_line(body).is_none()
        && bare::is_code(body);
    if !is_program && let Some(reading) = without_explicit_program(body, &blocks) {
        return reading;
    }
    if let Some(index) = blocks.iter().position(|block| block.kind.is_bare_program()) {
        return with_program(body, &blocks, index);
    }
    if let Some(bare) = bare::find(body) {
        let mut notes = Vec::new();
        if bare.prose_around {
            notes.push(ReplyNote::ProseAroundCode);
        }
        return program(bare.source, None, notes, bare.end);
    }
    nothing(reason_for_nothing(body, &blocks), body)
}

/// Creates the result for a reply whose block `index` is the program.
fn with_program(body: &str, blocks: &[Block<'_>], index: usize) -> Reading {
    let (before, rest) = blocks.split_at_checked(index).unwrap_or((&[], blocks));
    let Some((block, after)) = rest.split_first() else {
        return nothing(NoProgram::Prose, body);
    };
    let mut notes = Vec::new();
    if block.unfinished {
        notes.push(ReplyNote::Unfinished);
    }
    let further = after.iter().filter(|block| block.kind.is_program()).count();
    if further > 0 {
        notes.push(ReplyNote::FurtherPrograms(further));
    }
    let tail = body.get(block.range.end..).unwrap_or_default();
    let final_after = after
        .iter()
        .rev()
        .find_map(|block| block.prose().and_then(finals::find))
        .map(|found| found.value);
    let final_before = before
        .iter()
        .any(|block| block.prose().and_then(finals::find).is_some());
    let text_after = after.iter().any(|block| !block.is_blank() && !block.kind.is_program());
    let then = match final_after {
        Some(value) => named(value, &mut notes),
        None => {
            if text_after && further == 0 {
                let imagined = after.iter().any(claims_to_be_output);
                notes.push(ReplyNote::TextAfter { imagined });
            }
            None
        }
    };
    if final_before {
        notes.push(ReplyNote::FinalBesideProgram);
    }
    let source = block.kind.source().unwrap_or_default();
    let kept = match then {
        Some(_) if further == 0 => body.len(),
        _ => body.len() - tail.len(),
    };
    if let BlockKind::Final(value) = &block.kind {
        return Reading {
            action: Action::Final(value.clone()),
            notes,
            kept,
        };
    }
    finish_program(&source, then, notes, kept)
}

/// Parses a reply without a marked program and without a tool call. A final form in its text takes
/// precedence over unmarked code.
fn without_explicit_program(body: &str, blocks: &[Block<'_>]) -> Option<Reading> {
    let found = finals::find(body)?;
    // A final form must not be in a fence, but one that extends to the end may contain fences.
    let in_fence = blocks
        .iter()
        .any(|block| block.prose().is_none() && block.range.contains(&found.start));
    if in_fence {
        return None;
    }
    let before = body.get(..found.start).unwrap_or_default();
    if let Some(block) = blocks
        .iter()
        .find(|block| block.kind.is_bare_program() && block.range.end <= found.start)
    {
        let index = blocks.iter().position(|other| std::ptr::eq(other, block))?;
        return Some(with_program(body, blocks, index));
    }
    match bare::find(before) {
        // Code followed by a FINAL call is a single program.
        Some(code) if found.is_call && !code.prose_around && bare::is_code(body.trim()) => {
            Some(program(body.trim().to_owned(), None, Vec::new(), body.len()))
        }
        Some(code) => {
            let mut notes = Vec::new();
            let then = named(found.value, &mut notes);
            Some(program(code.source, then, notes, body.len()))
        }
        None => Some(Reading {
            action: Action::Final(found.value),
            notes: Vec::new(),
            kept: body.len(),
        }),
    }
}

fn program(source: String, then: Option<Final>, notes: Vec<ReplyNote>, kept: usize) -> Reading {
    finish_program(&source, then, notes, kept)
}

/// Moves a text form of the final answer out of a program's last line, because `FINAL_VAR: name`
/// would parse as an annotation.
fn finish_program(source: &str, then: Option<Final>, mut notes: Vec<ReplyNote>, kept: usize) -> Reading {
    let Some((before, value)) = finals::split_last_line(source) else {
        let action = if source.trim().is_empty() {
            Action::Nothing(NoProgram::Empty)
        } else {
            Action::Program {
                source: source.to_owned(),
                then,
            }
        };
        return Reading { action, notes, kept };
    };
    let action = match value {
        value if before.trim().is_empty() => Action::Final(value),
        value => Action::Program {
            source: before.to_owned(),
            then: named(value, &mut notes).or(then),
        },
    };
    Reading { action, notes, kept }
}

/// Accepts a final form next to a program only if it names a variable. Any other was written before
/// the output was known.
fn named(value: Final, notes: &mut Vec<ReplyNote>) -> Option<Final> {
    match value {
        Final::Variable(name) => Some(Final::Variable(name)),
        Final::Expression(name) if finals::is_name(&name) => Some(Final::Variable(name)),
        Final::Text(_) | Final::Expression(_) => {
            notes.push(ReplyNote::FinalBesideProgram);
            None
        }
    }
}

fn claims_to_be_output(block: &Block<'_>) -> bool {
    const OUTPUT: &[&str] = &[
        "output",
        "stdout",
        "result",
        "results",
        "console",
        "observation",
        "execution",
    ];
    match &block.kind {
        BlockKind::Fence {
            language: Language::Other(name),
            ..
        } => OUTPUT.contains(&name.to_lowercase().as_str()),
        BlockKind::Fence {
            language: Language::None,
            ..
        } => true,
        BlockKind::Prose(text) => text.lines().any(|line| {
            let line = line.trim_matches(|char: char| !char.is_alphanumeric()).to_lowercase();
            OUTPUT.iter().any(|word| {
                line.strip_prefix(word)
                    .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
                    && line.len() < 60
            })
        }),
        BlockKind::Fence { .. } | BlockKind::ToolProgram(_) | BlockKind::ToolOther | BlockKind::Final(_) => false,
    }
}

fn reason_for_nothing(body: &str, blocks: &[Block<'_>]) -> NoProgram {
    if blocks.iter().any(|block| block.kind == BlockKind::ToolOther) {
        return NoProgram::ToolWithoutProgram;
    }
    let other = blocks.iter().find_map(|block| match &block.kind {
        BlockKind::Fence {
            language: Language::Other(name),
            ..
        } => Some(name.to_string()),
        _ => None,
    });
    if let Some(language) = other {
        return NoProgram::OtherFence(language);
    }
    if finals::is_mentioned(body) {
        NoProgram::FinalNotLast
    } else {
        NoProgram::Prose
    }
}

//! The result of parsing a reply.

use std::fmt;

use crate::message::NoProgram;

/// The result of parsing a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The action to take.
    pub action: Action,
    /// Notes about ignored or reinterpreted parts.
    pub notes: Vec<ReplyNote>,
    /// The number of bytes from the start of the reply that belong to the conversation. The rest is
    /// omitted from it, because a model that sees its own imagined output takes it for real.
    pub kept: usize,
}

/// The action that a reply asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Run a program.
    Program {
        /// The source of the program.
        source: String,
        /// The final form after the program, which applies if the program succeeds. Always a
        /// [`Final::Variable`], since any other was written before the program's output was known.
        then: Option<Final>,
    },
    /// Finish with an answer that was given without a program.
    Final(Final),
    /// Reject the reply, since it has no program and no answer.
    Nothing(NoProgram),
}

/// A final answer outside of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Final {
    /// The text of the answer.
    Text(String),
    /// The argument of `FINAL(…)`: a variable's name, an expression, or an unquoted answer. It is
    /// resolved later by the variables.
    Expression(String),
    /// The name of the variable with the answer.
    Variable(String),
}

/// A note about an ignored or reinterpreted part of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplyNote {
    /// Further programs were not run.
    FurtherPrograms(usize),
    /// Text after the program was ignored.
    TextAfter {
        /// Whether the text looks like output of the program.
        imagined: bool,
    },
    /// A literal final answer next to a program was ignored.
    FinalBesideProgram,
    /// The fence was not closed; its content was run.
    Unfinished,
    /// Prose around code without a fence was ignored.
    ProseAroundCode,
}

impl ReplyNote {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::FurtherPrograms(_) => "further_programs_dropped",
            Self::TextAfter { imagined: true } => "imagined_output_dropped",
            Self::TextAfter { imagined: false } => "text_after_program_dropped",
            Self::FinalBesideProgram => "final_beside_program_dropped",
            Self::Unfinished => "unfinished_program",
            Self::ProseAroundCode => "prose_around_code_dropped",
        }
    }
}

impl fmt::Display for ReplyNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FurtherPrograms(1) => f.write_str("a second program in your reply was not run; send one a turn."),
            Self::FurtherPrograms(count) => {
                write!(
                    f,
                    "{count} further programs in your reply were not run; send one a turn."
                )
            }
            Self::TextAfter { imagined: true } => f.write_str(
                "the output that you wrote after your program was dropped: only what is shown here was printed.",
            ),
            Self::TextAfter { imagined: false } => f.write_str("the text after your program was ignored."),
            Self::FinalBesideProgram => f.write_str(
                "the final answer next to your program was ignored, since it was written before the output was seen. \
                 If it still holds, send it again.",
            ),
            Self::Unfinished => f.write_str("your program's fence was not closed; it was run as is."),
            Self::ProseAroundCode => {
                f.write_str("the text around your code was ignored; put programs into a ```repl fence.")
            }
        }
    }
}

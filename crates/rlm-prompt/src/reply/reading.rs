//! The result of reading a reply.

use std::fmt;

use crate::message::NoProgram;

/// What a reply comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// What is to be done.
    pub action: Action,
    /// What was left out of it, or read otherwise than written.
    pub notes: Vec<ReplyNote>,
    /// The bytes of the reply that were read as said, from its start. The rest is no part of the conversation: a model that
    /// sees its own imagined output takes it for true.
    pub kept: usize,
}

/// What is to be done with a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// A program is to be run.
    Program {
        /// Its source.
        source: String,
        /// The final form that followed it, to be taken if the program succeeds: always a [`Final::Variable`], since any
        /// other was written before the program's output was seen.
        then: Option<Final>,
    },
    /// The answer is given without a program.
    Final(Final),
    /// There is nothing to run.
    Nothing(NoProgram),
}

/// A final answer outside of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Final {
    /// The answer itself.
    Text(String),
    /// What stood in `FINAL(…)`: a variable's name, an expression, or the answer without quotes. Who knows the variables
    /// decides.
    Expression(String),
    /// The name of the variable that holds it.
    Variable(String),
}

/// What was left out of a reply, or read otherwise than written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplyNote {
    /// Further programs were not run.
    FurtherPrograms(usize),
    /// Text after the program was not read; it looks like output where `imagined`.
    TextAfter {
        /// Whether it claims to be what the program printed.
        imagined: bool,
    },
    /// A literal final answer beside a program was not taken.
    FinalBesideProgram,
    /// The fence never closed; it was run as it stood.
    Unfinished,
    /// Prose around code without a fence was left out.
    ProseAroundCode,
}

impl ReplyNote {
    /// Returns a stable name.
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
            Self::TextAfter { imagined: false } => f.write_str("the text after your program was not read."),
            Self::FinalBesideProgram => f.write_str(
                "the final answer beside your program was not taken, since it was written before the output was seen. \
                 If it still holds, send it again.",
            ),
            Self::Unfinished => f.write_str("your program's fence was not closed; it was run as it stood."),
            Self::ProseAroundCode => {
                f.write_str("the text around your code was left out; put programs into a ```repl fence.")
            }
        }
    }
}

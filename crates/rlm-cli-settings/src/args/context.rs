//! Command-line arguments about a question and its context, and about reading and searching the
//! context.

use std::path::PathBuf;

use clap::{Arg, Args};

use super::values::{OnUnreadable, Records, ShownAs, separator};

/// Arguments that state a question and its context.
#[derive(Debug, Args)]
#[command(mut_arg("context", needed))]
pub struct QuestionArguments {
    /// What you want to know
    #[arg(value_name = "QUESTION")]
    pub question: Option<String>,
    /// Read the question from a file, or `-` for standard input
    #[arg(
        long,
        visible_alias = "prompt-file",
        value_name = "FILE",
        conflicts_with = "question"
    )]
    pub question_file: Option<PathBuf>,

    #[command(flatten)]
    pub context: ContextArguments,
}

impl QuestionArguments {
    /// Returns `true` if the question is read from standard input.
    pub fn is_from_standard_input(&self) -> bool {
        self.question_file
            .as_deref()
            .is_some_and(|path| path.as_os_str() == "-")
    }
}

/// Arguments that name the context of a question or of programs.
#[derive(Debug, Args)]
pub struct ContextArguments {
    /// A file, a folder (ignore files are respected), a glob, or `-`; with a name, programs see a dict
    #[arg(
        long,
        value_name = "[NAME=]PATH",
        num_args = 1..,
        conflicts_with_all = ["context_json", "data"],
        help_heading = "Context"
    )]
    pub context: Vec<String>,
    /// A file whose JSON value is the context: a text, a list of texts, a dict of texts, or any other value as it is
    #[arg(long, value_name = "FILE", conflicts_with = "data", help_heading = "Context")]
    pub context_json: Option<PathBuf>,
    /// A text that is the context itself
    #[arg(long, value_name = "TEXT", help_heading = "Context")]
    pub data: Option<String>,
    #[command(flatten)]
    pub shown: SharedContextArguments,
}

impl ContextArguments {
    /// Creates the context arguments for a question in a session. They name no files, because the
    /// stored session does.
    pub fn for_session(shown: SharedContextArguments) -> Self {
        Self {
            context: Vec::new(),
            context_json: None,
            data: None,
            shown,
        }
    }
}

/// Makes the argument `--context` required, unless `--context-json` or `--data` is given.
pub(super) fn needed(context: Arg) -> Arg {
    context.required_unless_present_any(["context_json", "data"])
}

/// Arguments about how context files are read, which several commands share.
#[derive(Debug, Clone, Args)]
pub struct SharedContextArguments {
    /// How programs see the context
    #[arg(
        long = "as",
        alias = "context-as",
        value_enum,
        value_name = "KIND",
        default_value_t,
        help_heading = "Context"
    )]
    pub shown_as: ShownAs,
    /// What becomes of files whose text can't be had: scans, locked and damaged ones
    #[arg(
        long,
        value_enum,
        value_name = "WHAT",
        default_value_t,
        hide_possible_values = true,
        long_help = "What becomes of files whose text can't be had (scans, locked and damaged ones): `skip` leaves them out and \
                     lists them, `fail` ends with an error, `auto` fails for those that are named and skips those of folders",
        help_heading = "Context"
    )]
    pub on_unreadable: OnUnreadable,
    /// Whether rows of CSV and TSV and lines of JSONL files are documents of their own
    #[arg(
        long,
        value_enum,
        value_name = "WHAT",
        default_value_t,
        hide_possible_values = true,
        long_help = "Whether rows of CSV and TSV and lines of JSONL files are documents of their own, each with the header line before it: \
                     `documents`, `text` (each file is one text), or `auto`: they are where there are no other files, none has more \
                     than 64 MiB or a NAME=, and it is not `--as text`. At most 100,000 are",
        help_heading = "Context"
    )]
    pub records: Records,
    /// Read HTML, PDF, DOCX, CSV, JSONL, gzip and zstd files as they stand
    #[arg(long, help_heading = "Context")]
    pub raw: bool,
    /// Read files of more than 64 MiB into memory instead of mapping them
    #[arg(
        long,
        long_help = "Read files of more than 64 MiB into memory instead of mapping them. A mapped file that is changed while it is \
                     read ends the run with an error; one that is read may be changed afterwards",
        help_heading = "Context"
    )]
    pub no_map: bool,
    /// Megabytes that packed files and documents (gzip, zstd, DOCX, PDF) may unpack to, each and all together
    #[arg(
        long,
        value_name = "MB",
        default_value_t = DEFAULT_MAX_UNPACKED,
        long_help = "Megabytes that packed files and documents (gzip, zstd, DOCX, PDF) may unpack to, each and all together. They are held in \
                     memory. A file that unpacks to more than 64 MB and more than 200 times its size is refused, whatever is said here",
        help_heading = "Context"
    )]
    pub max_unpacked: u32,
    /// What stands between two documents where they are one text
    #[arg(
        long,
        value_name = "TEXT",
        value_parser = separator,
        long_help = "What stands between two documents where they are one text, as in `P`: \\n and \\t are a line feed and a tab, and \
                     \\\\ is a backslash [default: \\n\\n---\\n\\n]",
        help_heading = "Context"
    )]
    pub separator: Option<String>,
}

/// The default of the maximum size to which compressed files are unpacked, in megabytes.
pub const DEFAULT_MAX_UNPACKED: u32 = 512;

/// Arguments about search in the context by programs.
#[derive(Debug, Args)]
pub struct SearchArguments {
    /// Give programs no `search`, which ranks passages by shared words
    #[arg(long, help_heading = "Context")]
    pub no_search: bool,
}

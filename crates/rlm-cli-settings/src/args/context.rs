//! Command-line arguments about a question and its context, and about reading and searching the
//! context.

use std::path::PathBuf;

use clap::Args;

use super::values::{OnUnreadable, Records, ShownAs, separator};

/// The question and its context.
#[derive(Debug, Args)]
pub struct QuestionArguments {
    /// The question
    #[arg(value_name = "QUESTION")]
    pub question: Option<String>,
    /// Files, folders or globs to ask about, same as --context; without any, text that is piped to standard input
    #[arg(value_name = "PATH", conflicts_with_all = ["context_json", "data"])]
    pub paths: Vec<String>,
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

/// The context of a question or of programs.
#[derive(Debug, Args)]
pub struct ContextArguments {
    /// File, folder (respecting ignore files), glob, or `-` for standard input; with NAME=, programs see a dict
    #[arg(
        short,
        long,
        value_name = "[NAME=]PATH",
        num_args = 1..,
        conflicts_with_all = ["context_json", "data"],
        help_heading = "Context"
    )]
    pub context: Vec<String>,
    /// JSON file whose value is the context: a text, a list of texts, a dict of texts, or any other value as is
    #[arg(long, value_name = "FILE", conflicts_with = "data", help_heading = "Context")]
    pub context_json: Option<PathBuf>,
    /// Text to use as the context
    #[arg(long, value_name = "TEXT", help_heading = "Context")]
    pub data: Option<String>,
    /// Read the files of a git revision (branch, tag or commit) instead of those on disk
    #[arg(
        long,
        value_name = "REV",
        conflicts_with_all = ["context_json", "data"],
        long_help = "Read the files of a git revision (branch, tag or commit) instead of those on disk: those that --context names, \
                     or by default all of the current folder. Documents are named PATH@REV",
        help_heading = "Context"
    )]
    pub git: Option<String>,
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
            git: None,
            shown,
        }
    }

    /// Returns the arguments that name the context's files: those of `--context`, or the current
    /// folder if only a git revision is given.
    pub fn named(&self) -> Vec<String> {
        self.with_paths(&[])
    }

    /// Returns the arguments that name the context's files, after `paths`.
    pub fn with_paths(&self, paths: &[String]) -> Vec<String> {
        if paths.is_empty() && self.context.is_empty() && self.git.is_some() {
            vec![CURRENT_FOLDER.to_owned()]
        } else {
            paths.iter().chain(&self.context).cloned().collect()
        }
    }
}

/// The folder whose files are read from a git revision if none are named.
pub const CURRENT_FOLDER: &str = ".";

/// How the context is read and presented to programs.
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
    /// What to do about files without readable text: scans, locked and damaged files
    #[arg(
        long,
        value_enum,
        value_name = "WHAT",
        default_value_t,
        hide_possible_values = true,
        long_help = "What to do about files without readable text (scans, locked and damaged files): `skip` skips and lists them, \
                     `fail` ends with an error, `auto` fails for files that are named and skips those of folders and globs",
        help_heading = "Context"
    )]
    pub on_unreadable: OnUnreadable,
    /// Refuse to run if any file has no readable text, same as --on-unreadable fail
    #[arg(long, conflicts_with = "on_unreadable", help_heading = "Context")]
    pub strict: bool,
    /// Whether rows of CSV and TSV files and lines of JSONL files are separate documents
    #[arg(
        long,
        value_enum,
        value_name = "WHAT",
        default_value_t,
        hide_possible_values = true,
        long_help = "Whether rows of CSV and TSV files (each with the header line before it) and lines of JSONL files are separate \
                     documents: `documents`; `text`, each file is one text; or `auto`, documents if there are no other files, none \
                     exceeds 64 MiB or has a NAME=, and --as is not `text`. If there are more than 100,000, no file is split",
        help_heading = "Context"
    )]
    pub records: Records,
    /// Read files of all formats as is: extract no text, split no records, unpack nothing
    #[arg(long, help_heading = "Context")]
    pub raw: bool,
    /// Read files of more than 64 MiB into memory instead of mapping them
    #[arg(
        long,
        long_help = "Read files of more than 64 MiB into memory instead of mapping them. If a mapped file changes during the run, \
                     the run ends with an error; a file that was read into memory may change afterwards",
        help_heading = "Context"
    )]
    pub no_map: bool,
    /// Maximum unpacked size in MB of compressed files, archives, documents and git revisions, each and in total
    #[arg(
        long,
        value_name = "MB",
        default_value_t = DEFAULT_MAX_UNPACKED,
        long_help = "Maximum unpacked size in MB of compressed files, archives, documents and git revisions, each and in total. The \
                     unpacked data is held in memory. A file that unpacks to more than 64 MB and more than 200 times its size is always rejected",
        help_heading = "Context"
    )]
    pub max_unpacked: u32,
    /// Text between two documents that are joined into one text
    #[arg(
        long,
        value_name = "TEXT",
        value_parser = separator,
        long_help = "Text between two documents that are joined into one text, as in `P`: \\n is a line feed, \\t a tab, and \
                     \\\\ a backslash [default: \\n\\n---\\n\\n]",
        help_heading = "Context"
    )]
    pub separator: Option<String>,
}

/// The default of the maximum size to which compressed files are unpacked, in megabytes.
pub const DEFAULT_MAX_UNPACKED: u32 = 512;

/// The search function of programs.
#[derive(Debug, Args)]
pub struct SearchArguments {
    /// Disable the function `search` of programs, which ranks passages by shared words
    #[arg(long, help_heading = "Context")]
    pub no_search: bool,
}

//! The arguments of the commands for programs: `rlm exec`, `rlm check`, `rlm fmt`.

use std::path::PathBuf;

use clap::Args;

use super::context::{SearchArguments, SharedContextArguments};
use super::models::CallArguments;
use super::records::CacheArguments;
use super::values::UnknownNames;

#[derive(Debug, Args)]
#[command(
    after_help = "The programs run in order and share their variables; if one raises an exception, the next still runs.\n\
    Exit code: 1 if the last program raised an exception or was rejected; 0 with --json, since the object contains the error.\n\n\
    Examples:\n  \
    rlm exec --context notes.txt count.sift\n  \
    rlm exec --context-json rows.json --model fake:rules.json --json first.sift second.sift\n  \
    echo 'print(len(context))' | rlm exec --context notes.txt -"
)]
pub struct ExecArguments {
    /// Program files, or `-` for standard input
    #[arg(value_name = "PROGRAM", required = true)]
    pub programs: Vec<PathBuf>,
    /// File, folder, glob, or `-` for standard input; line endings are read as `\n` (repeatable)
    #[arg(
        short,
        long,
        value_name = "[NAME=]PATH",
        conflicts_with = "context_json",
        help_heading = "Context"
    )]
    pub context: Vec<String>,
    /// JSON file whose value is the context
    #[arg(long, value_name = "FILE", help_heading = "Context")]
    pub context_json: Option<PathBuf>,
    /// Read the files of a git revision (branch, tag or commit) instead of those on disk
    #[arg(long, value_name = "REV", conflicts_with = "context_json", help_heading = "Context")]
    pub git: Option<String>,
    #[command(flatten)]
    pub shown: SharedContextArguments,
    /// Value of the variable `query`
    #[arg(long, value_name = "Q", default_value = "", help_heading = "Context")]
    pub query: String,
    /// Model that answers the programs' questions
    #[arg(short, long, value_name = "MODEL", help_heading = "Models")]
    pub model: Option<String>,
    #[command(flatten)]
    pub calls: CallArguments,
    #[command(flatten)]
    pub search: SearchArguments,
    #[command(flatten)]
    pub cache: CacheArguments,
    /// Print {"steps": [{"stdout", "error"}], "final", "calls"}
    #[arg(short, long, help_heading = "Output")]
    pub json: bool,
    /// Print the value of each program's last expression
    #[arg(long, help_heading = "Output")]
    pub echo: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Exit code: 1 if any program would be rejected.\n\n\
    Examples:\n  \
    rlm check count.sift\n  \
    rlm check --json first.sift second.sift")]
pub struct CheckArguments {
    /// Program files, or `-` for standard input; each is checked separately
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// What to do about undefined names
    #[arg(long, value_enum, value_name = "HOW", default_value_t)]
    pub unknown_names: UnknownNames,
    /// Print {"diagnostics": [{"code", "line", "column", "message", "help"}]}
    #[arg(short, long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Keeps comments, blank lines and the spelling of literals. If any program can't be parsed, no file is \
    written.\n\n\
    Exit code: 1 if a program can't be parsed or, with --check, if any would change.\n\n\
    Examples:\n  \
    rlm fmt --diff count.sift\n  \
    rlm fmt count.sift first.sift\n  \
    rlm fmt --check count.sift first.sift"
)]
pub struct FmtArguments {
    /// Program files to format in place, or `-` to format standard input to standard output
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Write nothing; list the programs that would change
    #[arg(long)]
    pub check: bool,
    /// Write nothing; print the changes as a unified diff
    #[arg(long)]
    pub diff: bool,
}

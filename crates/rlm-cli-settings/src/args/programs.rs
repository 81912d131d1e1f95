//! The arguments of the commands for programs: `rlm exec`, `rlm check`, `rlm fmt`.

use std::path::PathBuf;

use clap::Args;

use super::context::{SearchArguments, SharedContextArguments};
use super::models::CallArguments;
use super::records::CacheArguments;
use super::values::UnknownNames;

#[derive(Debug, Args)]
#[command(
    after_help = "The programs share their variables and run in order; later ones run after one that raised.\n\
    Exit code: 1 if the last program raised or was refused; with --json 0, since the object says it.\n\n\
    Examples:\n  \
    rlm exec --context notes.txt count.sift\n  \
    rlm exec --context-json rows.json --model fake:rules.json --json first.sift second.sift\n  \
    echo 'print(len(context))' | rlm exec --context notes.txt -"
)]
pub struct ExecArguments {
    /// Program files, or `-` for standard input
    #[arg(value_name = "PROGRAM", required = true)]
    pub programs: Vec<PathBuf>,
    /// A file, a folder, a glob, or `-`; line ends are read as `\n`. May be given several times
    #[arg(
        long,
        value_name = "[NAME=]PATH",
        conflicts_with = "context_json",
        help_heading = "Context"
    )]
    pub context: Vec<String>,
    /// A file whose JSON value is the context
    #[arg(long, value_name = "FILE", help_heading = "Context")]
    pub context_json: Option<PathBuf>,
    #[command(flatten)]
    pub shown: SharedContextArguments,
    /// What `query` is bound to
    #[arg(long, value_name = "Q", default_value = "", help_heading = "Context")]
    pub query: String,
    /// The model that answers the programs' questions
    #[arg(long, value_name = "MODEL", help_heading = "Models")]
    pub model: Option<String>,
    #[command(flatten)]
    pub calls: CallArguments,
    #[command(flatten)]
    pub search: SearchArguments,
    #[command(flatten)]
    pub cache: CacheArguments,
    /// Print {"steps": [{"stdout", "error"}], "final", "calls"}
    #[arg(long, help_heading = "Output")]
    pub json: bool,
    /// Print the value of each program's last expression
    #[arg(long, help_heading = "Output")]
    pub echo: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Exit code: 1 if any program would be refused.\n\n\
    Examples:\n  \
    rlm check count.sift\n  \
    rlm check --json first.sift second.sift")]
pub struct CheckArguments {
    /// Program files, or `-` for standard input; each is checked by itself
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// What becomes of names that nothing binds
    #[arg(long, value_enum, value_name = "HOW", default_value_t)]
    pub unknown_names: UnknownNames,
    /// Print {"diagnostics": [{"code", "line", "column", "message", "help"}]}
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Comments, blank lines and the spelling of literals stay. Nothing is written unless every program can be \
    read whole.\n\n\
    Exit code: 1 if a program can't be read whole, or, with --check, if any would change.\n\n\
    Examples:\n  \
    rlm fmt --diff count.sift\n  \
    rlm fmt count.sift first.sift\n  \
    rlm fmt --check count.sift first.sift"
)]
pub struct FmtArguments {
    /// Program files, which are replaced, or `-` for standard input, which is written to standard output
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Write nothing; say which programs would change
    #[arg(long)]
    pub check: bool,
    /// Write nothing; print what would change as a unified diff
    #[arg(long)]
    pub diff: bool,
}

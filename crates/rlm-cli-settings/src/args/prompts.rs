//! Command-line arguments about prompts and instructions, and those of `rlm prompts`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::answer::AnswerArguments;
use super::context::{ContextArguments, SearchArguments};
use super::limits::SizeArguments;

/// The prompts and instructions for models.
#[derive(Debug, Args)]
pub struct PromptArguments {
    /// Folder of prompts that replace the built-in ones: files NAME.md, as written by `rlm prompts eject`
    #[arg(long, value_name = "DIR", help_heading = "Prompts")]
    pub prompts: Option<PathBuf>,
    /// File with instructions to append to the system message of the root model; child runs don't get them
    #[arg(long, value_name = "FILE", help_heading = "Prompts")]
    pub instructions: Option<PathBuf>,
}

/// The subcommands for prompts.
#[derive(Debug, Subcommand)]
pub enum PromptsCommand {
    /// Write the built-in prompts to a folder for editing
    Eject(PromptsEjectArguments),
    /// List the prompts and their purposes, or print one
    Show(PromptsShowArguments),
    /// Print a prompt as it would be sent to a model, without a call
    Render(Box<PromptsRenderArguments>),
}

#[derive(Debug, Args)]
#[command(
    after_help = "Keep the files that you change and delete the rest: prompts without a file are the built-in ones.\n\n\
    Examples:\n  \
    rlm prompts eject prompts root-system sub-system\n  \
    rlm run \"Who signed it?\" --context contract.txt --prompts prompts"
)]
pub struct PromptsEjectArguments {
    /// Folder to write to; created if missing
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Write only these prompts
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Overwrite existing files
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  rlm prompts show\n  rlm prompts show root-system")]
pub struct PromptsShowArguments {
    /// Print the text of this prompt
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
    /// Show the prompts of this folder instead of the built-in ones
    #[arg(long, value_name = "DIR")]
    pub prompts: Option<PathBuf>,
    /// Print one JSON object: {"prompts": [{"name", "purpose", "variables", "budget", "tokens", "built_in", "text"}]}
    #[arg(short, long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Without a context, and for prompts that depend on replies of models, each case is printed with an example.\n\n\
    Examples:\n  \
    rlm prompts render root-first --question \"Who signed it?\" --context contract.txt\n  \
    rlm prompts render observation --prompts prompts"
)]
pub struct PromptsRenderArguments {
    /// Name of the prompt
    #[arg(value_name = "NAME")]
    pub name: String,
    /// The question
    #[arg(long, value_name = "Q", help_heading = "Context")]
    pub question: Option<String>,
    #[command(flatten)]
    pub context: ContextArguments,
    #[command(flatten)]
    pub search: SearchArguments,
    #[command(flatten)]
    pub prompts: PromptArguments,
    #[command(flatten)]
    pub sizes: SizeArguments,
    #[command(flatten)]
    pub finals: AnswerArguments,
    /// Print one JSON object: {"renderings": [{"case", "tokens", "text"}]}
    #[arg(short, long, help_heading = "Output")]
    pub json: bool,
}

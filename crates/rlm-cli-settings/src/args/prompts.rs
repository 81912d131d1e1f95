//! Command-line arguments about prompts and instructions, and those of `rlm prompts`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::answer::AnswerArguments;
use super::context::{ContextArguments, SearchArguments};
use super::limits::SizeArguments;

/// Arguments that replace the built-in prompts or add instructions for the root model.
#[derive(Debug, Args)]
pub struct PromptArguments {
    /// Take the prompts in this folder in the place of those that are built in: files NAME.md, as `rlm prompts eject` writes them
    #[arg(long, value_name = "DIR", help_heading = "Prompts")]
    pub prompts: Option<PathBuf>,
    /// A file that says what the run is to keep to: it ends the system message of the root model; child runs are not told
    #[arg(long, value_name = "FILE", help_heading = "Prompts")]
    pub instructions: Option<PathBuf>,
}

/// The subcommands of `rlm prompts`.
#[derive(Debug, Subcommand)]
pub enum PromptsCommand {
    /// Write the prompts that are built in to a folder, to be changed
    Eject(PromptsEjectArguments),
    /// List the prompts with what they are for, or print one
    Show(PromptsShowArguments),
    /// Print a prompt as a model would be sent it, without a call
    Render(Box<PromptsRenderArguments>),
}

#[derive(Debug, Args)]
#[command(
    after_help = "Keep those that you change and remove the others: what is not in the folder is what is built in.\n\n\
    Examples:\n  \
    rlm prompts eject prompts root-system sub-system\n  \
    rlm run \"Who signed it?\" --context contract.txt --prompts prompts"
)]
pub struct PromptsEjectArguments {
    /// The folder, which is made where it is not there
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Write these alone
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Replace files that are there
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  rlm prompts show\n  rlm prompts show root-system")]
pub struct PromptsShowArguments {
    /// Print the text of this one
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
    /// Show those of this folder in the place of those that are built in
    #[arg(long, value_name = "DIR")]
    pub prompts: Option<PathBuf>,
    /// Print one JSON object: {"prompts": [{"name", "purpose", "variables", "budget", "tokens", "built_in", "text"}]}
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Without a context, and of what hangs on what models write, each case is printed with an example.\n\n\
    Examples:\n  \
    rlm prompts render root-first --question \"Who signed it?\" --context contract.txt\n  \
    rlm prompts render observation --prompts prompts"
)]
pub struct PromptsRenderArguments {
    /// The prompt
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
    #[arg(long, help_heading = "Output")]
    pub json: bool,
}

//! What models are told: prompts of one's own, instructions, and `rlm prompts`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::answer::AnswerArguments;
use super::context::{ContextArguments, SearchArguments};
use super::limits::SizeArguments;

/// What models are told.
#[derive(Debug, Args)]
pub(crate) struct PromptArguments {
    /// Take the prompts in this folder in the place of those that are built in: files NAME.md, as `rlm prompts eject` writes them
    #[arg(long, value_name = "DIR", help_heading = "Prompts")]
    pub(crate) prompts: Option<PathBuf>,
    /// A file that says what the run is to keep to: it ends the system message of the root model; child runs are not told
    #[arg(long, value_name = "FILE", help_heading = "Prompts")]
    pub(crate) instructions: Option<PathBuf>,
}

/// What is done with prompts.
#[derive(Debug, Subcommand)]
pub(crate) enum PromptsCommand {
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
pub(crate) struct PromptsEjectArguments {
    /// The folder, which is made where it is not there
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
    /// Write these alone
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// Replace files that are there
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  rlm prompts show\n  rlm prompts show root-system")]
pub(crate) struct PromptsShowArguments {
    /// Print the text of this one
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Show those of this folder in the place of those that are built in
    #[arg(long, value_name = "DIR")]
    pub(crate) prompts: Option<PathBuf>,
    /// Print one JSON object: {"prompts": [{"name", "purpose", "variables", "budget", "tokens", "built_in", "text"}]}
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Without a context, and of what hangs on what models write, each case is printed with an example.\n\n\
    Examples:\n  \
    rlm prompts render root-first --question \"Who signed it?\" --context contract.txt\n  \
    rlm prompts render observation --prompts prompts"
)]
pub(crate) struct PromptsRenderArguments {
    /// The prompt
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// The question
    #[arg(long, value_name = "Q", help_heading = "Context")]
    pub(crate) question: Option<String>,
    #[command(flatten)]
    pub(crate) context: ContextArguments,
    #[command(flatten)]
    pub(crate) search: SearchArguments,
    #[command(flatten)]
    pub(crate) prompts: PromptArguments,
    #[command(flatten)]
    pub(crate) sizes: SizeArguments,
    #[command(flatten)]
    pub(crate) finals: AnswerArguments,
    /// Print one JSON object: {"renderings": [{"case", "tokens", "text"}]}
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
}

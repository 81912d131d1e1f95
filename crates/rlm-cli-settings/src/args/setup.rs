//! The command-line arguments of commands for set-up and maintenance: `rlm init`, `rlm doctor`,
//! `rlm cache` and others.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use clap_complete::Shell;
use rlm_cli_output::schemas;

#[derive(Debug, Args)]
#[command(
    after_help = "The file states the model and a budget, and shows what else can be stated; keys don't belong in it. A file that is \
    there is left as it is.\n\n\
    Examples:\n  \
    rlm init\n  \
    rlm init --user"
)]
pub struct InitArguments {
    /// Write your own file, which holds in all folders, in the place of rlm.toml in this one
    #[arg(long)]
    pub user: bool,
    /// Replace the file if there is one
    #[arg(long)]
    pub force: bool,
}

/// The subcommands of `rlm config`.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Show what a run in this folder would go by, and who says so
    Show(ConfigShowArguments),
    /// Print where the files are that are read
    Path(ConfigPathArguments),
}

#[derive(Debug, Args)]
#[command(
    after_help = "Flags come before variables, variables of the process before those of .env, these before rlm.toml in this folder, and that \
    before your own file. Of keys it is said whether they are set and where, and nothing more.\n\n\
    Examples:\n  \
    rlm config show\n  \
    rlm config show --json"
)]
pub struct ConfigShowArguments {
    /// Print one JSON object: {"schema", "files", "settings": [{"key", "value", "from"}], "models", "servers", "keys"}
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Your own file is config.toml in your folder for such files, or the one that the variable RLM_CONFIG names.\n\n\
    Examples:\n  \
    rlm config path\n  \
    rlm config path --user"
)]
pub struct ConfigPathArguments {
    /// Print the path of your own file alone
    #[arg(long)]
    pub user: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "A line for each thing that was looked at: ok, warning or failed, and what to do. Servers are looked at by their lists of \
    models, which costs nothing.\n\
    Exit code: 1 if something failed.\n\n\
    Examples:\n  \
    rlm doctor\n  \
    rlm doctor --ping\n  \
    rlm doctor --json"
)]
pub struct DoctorArguments {
    /// Ask each model for a word, which takes a few tokens
    #[arg(long)]
    pub ping: bool,
    /// Where replies are kept [default: a folder of yours; variable RLM_CACHE]
    #[arg(long, value_name = "DIR")]
    pub cache: Option<PathBuf>,
    /// Print one JSON object: {"schema", "failed", "warnings", "checks": [{"of", "state", "found", "advice"}]}
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Where a shell looks for such scripts, its own manual says; bash, for one, takes\n  \
    source <(rlm completions bash)\n\
    in ~/.bashrc.\n\n\
    Examples:\n  \
    rlm completions bash > rlm.bash\n  \
    rlm completions zsh > _rlm\n  \
    rlm completions fish > rlm.fish"
)]
pub struct CompletionsArguments {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: Shell,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Listed are the models of rlm.toml, the default one, and those of the providers whose keys are set.\n\
    Exit code: 1 if a model was asked and did not answer.\n\n\
    Examples:\n  \
    rlm models\n  \
    rlm models --ping"
)]
pub struct ModelsArguments {
    /// Ask each for a word, which takes a few tokens
    #[arg(long)]
    pub ping: bool,
    /// Print one JSON object: {"models": [{"name", "model", "endpoint", "price", "window", "ready", …}]}
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Every object that a command prints has its schema's name and version in the field `schema`, such as rlm/run@1. New fields make no \
    new version: leave aside those that you do not know.\n\n\
    Examples:\n  \
    rlm schema\n  \
    rlm schema run"
)]
pub struct SchemaArguments {
    /// The object; without it, all are listed
    #[arg(value_name = "NAME", value_parser = schema_name(), hide_possible_values = true)]
    pub name: Option<String>,
}

fn schema_name() -> clap::builder::PossibleValuesParser {
    clap::builder::PossibleValuesParser::new(schemas::ALL.iter().map(|schema| schema.name))
}

/// The subcommands of `rlm cache`.
#[derive(Debug, Subcommand)]
pub enum CacheCommand {
    /// Count it
    #[command(after_help = "Examples:\n  rlm cache stats\n  rlm cache stats --json")]
    Stats(CachePlaceArguments),
    /// Remove it
    #[command(after_help = "Examples:\n  rlm cache clear")]
    Clear(CachePlaceArguments),
    /// Look at every reply, and remove those that are damaged. The exit code is 1 if one was
    #[command(after_help = "Examples:\n  rlm cache verify")]
    Verify(CachePlaceArguments),
}

#[derive(Debug, Args)]
pub struct CachePlaceArguments {
    /// Where replies are kept [default: a folder of yours; variable RLM_CACHE]
    #[arg(long, value_name = "DIR")]
    pub cache: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

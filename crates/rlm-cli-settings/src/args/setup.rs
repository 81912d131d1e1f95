//! The command-line arguments of commands for set-up and maintenance: `rlm init`, `rlm doctor`,
//! `rlm cache` and others.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use clap_complete::Shell;
use rlm_cli_output::schemas;

use super::progress::ViewArguments;

#[derive(Debug, Args)]
#[command(
    after_help = "The file sets the model and a budget, and lists further settings. Keys don't belong in it. An existing file is not \
    changed.\n\n\
    Examples:\n  \
    rlm init\n  \
    rlm init --user"
)]
pub struct InitArguments {
    /// Write your user configuration, which applies in all folders, instead of rlm.toml in this one
    #[arg(long)]
    pub user: bool,
    /// Overwrite an existing file
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "The texts of the demo are written to demos/NAME in the folder of runs. Its journal is like any other: `rlm trace last`, \
    `rlm report last` and `rlm replay last` work.\n\
    Exit codes: as for `rlm run`.\n\n\
    Examples:\n  \
    rlm demo\n  \
    rlm demo code --report run.html\n  \
    rlm demo --list"
)]
pub struct DemoArguments {
    /// Name of the demo [default: the first of --list]
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
    /// List the demos
    #[arg(long, conflicts_with_all = ["speed", "model", "report"])]
    pub list: bool,
    /// How many times faster than recorded the replies arrive; 1 is their own pace [default: a few seconds for each step]
    #[arg(long, value_name = "N", value_parser = speed)]
    pub speed: Option<f64>,
    /// Ask this model instead of replaying the recording
    #[arg(long, short, value_name = "MODEL", conflicts_with = "speed")]
    pub model: Option<String>,
    /// Write the report of the run to this file afterwards
    #[arg(long, value_name = "FILE.html")]
    pub report: Option<PathBuf>,
    #[command(flatten)]
    pub progress: ViewArguments,
}

fn speed(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(speed) if f64::is_finite(speed) && speed > 0.0 => Ok(speed),
        _ => Err("expected a positive number, such as 1 or 20".to_owned()),
    }
}

/// The subcommands for the configuration.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Show the effective configuration and where each value comes from
    Show(ConfigShowArguments),
    /// Print the paths of the configuration files
    Path(ConfigPathArguments),
}

#[derive(Debug, Args)]
#[command(
    after_help = "Flags override environment variables, variables of the process override those of .env, these override rlm.toml in this folder, \
    and that overrides your user configuration. Keys are listed only as set or not set, with their source.\n\n\
    Examples:\n  \
    rlm config show\n  \
    rlm config show --json"
)]
pub struct ConfigShowArguments {
    /// Print one JSON object: {"schema", "files", "settings": [{"key", "value", "from"}], "models", "servers", "keys"}
    #[arg(short, long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Your user configuration is config.toml in your configuration folder, or the file that the variable RLM_CONFIG names.\n\n\
    Examples:\n  \
    rlm config path\n  \
    rlm config path --user"
)]
pub struct ConfigPathArguments {
    /// Print only the path of your user configuration
    #[arg(long)]
    pub user: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Prints one line per check: ok, warning or failed, and what to do. Servers are checked by listing their models, which \
    costs nothing.\n\
    Exit code: 1 if a check failed.\n\n\
    Examples:\n  \
    rlm doctor\n  \
    rlm doctor --ping\n  \
    rlm doctor --json"
)]
pub struct DoctorArguments {
    /// Call each model for a one-word reply, which takes a few tokens
    #[arg(long)]
    pub ping: bool,
    /// Folder of cached replies [default: in your cache folder; variable RLM_CACHE]
    #[arg(long, value_name = "DIR")]
    pub cache: Option<PathBuf>,
    /// Print one JSON object: {"schema", "failed", "warnings", "checks": [{"of", "state", "found", "advice"}]}
    #[arg(short, long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "The script also completes runs, sessions, jobs, demos and models, for which it calls rlm. Your shell's manual says where it \
    looks for completion scripts. For bash, you can add\n  \
    source <(rlm completions bash)\n\
    to ~/.bashrc.\n\n\
    Examples:\n  \
    rlm completions bash > rlm.bash\n  \
    rlm completions zsh > _rlm\n  \
    rlm completions fish > rlm.fish"
)]
pub struct CompletionsArguments {
    /// Shell to complete in
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: Shell,
}

#[derive(Debug, Args)]
#[command(after_help = "To install the pages: rlm man --output ~/.local/share/man/man1\n\n\
    Examples:\n  \
    rlm man > rlm.1\n  \
    rlm man session run > rlm-session-run.1\n  \
    rlm man --output man1")]
pub struct ManArguments {
    /// Command whose page to print [default: that of rlm]
    #[arg(value_name = "COMMAND")]
    pub command: Vec<String>,
    /// Write the pages of all commands to this folder, which is created
    #[arg(short, long, value_name = "DIR", conflicts_with = "command")]
    pub output: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Lists the models of rlm.toml, the default model, and those of the providers whose keys are set.\n\
    Exit code: 1 if a model was called and did not respond.\n\n\
    Examples:\n  \
    rlm models\n  \
    rlm models --ping"
)]
pub struct ModelsArguments {
    /// Call each model for a one-word reply, which takes a few tokens
    #[arg(long)]
    pub ping: bool,
    /// Print one JSON object: {"models": [{"name", "model", "endpoint", "price", "window", "ready", …}]}
    #[arg(short, long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "The field `schema` of every object that a command prints contains the name and version of its schema, such as rlm/run@1. New fields \
    don't change the version: ignore fields that you don't know.\n\n\
    Examples:\n  \
    rlm schema\n  \
    rlm schema run"
)]
pub struct SchemaArguments {
    /// Name of the output; without it, list all
    #[arg(value_name = "NAME", value_parser = schema_name(), hide_possible_values = true)]
    pub name: Option<String>,
}

fn schema_name() -> clap::builder::PossibleValuesParser {
    clap::builder::PossibleValuesParser::new(schemas::ALL.iter().map(|schema| schema.name))
}

/// The subcommands for the cache.
#[derive(Debug, Subcommand)]
pub enum CacheCommand {
    /// Show the number and size of cache entries
    #[command(after_help = "Examples:\n  rlm cache stats\n  rlm cache stats --json")]
    Stats(CachePlaceArguments),
    /// Delete the cache
    #[command(after_help = "Examples:\n  rlm cache clear")]
    Clear(CachePlaceArguments),
    /// Check every cached reply and remove damaged ones; exit code 1 if any was damaged
    #[command(after_help = "Examples:\n  rlm cache verify")]
    Verify(CachePlaceArguments),
}

#[derive(Debug, Args)]
pub struct CachePlaceArguments {
    /// Folder of cached replies [default: in your cache folder; variable RLM_CACHE]
    #[arg(long, value_name = "DIR")]
    pub cache: Option<PathBuf>,
    /// Print one JSON object
    #[arg(short, long)]
    pub json: bool,
}

//! What a run in this folder would go by where its command line says nothing, and who says so.

use clap::{Arg, Command};
use rlm_adapters::{CostBudget, DefaultModel, default_model};
use rlm_cli_output::failure::Failure;

use super::configuration_file::Place;
use super::flags::{Source, source, stated_flags};
use crate::cache::CachePlace;
use crate::environment::{Environment, VariableSource};

/// Flags that are no settings: what one question is, and where its answer goes.
const OF_ONE_QUESTION: [&str; 11] = [
    "question-file",
    "task",
    "context",
    "context-json",
    "data",
    "state",
    "journal",
    "output",
    "env-file",
    "log-format",
    "help",
];

/// A flag of `rlm run`, by its key in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The key in a file: the flag with `_` for `-`.
    pub key: String,
    /// What holds; none where nothing does.
    pub value: Option<String>,
    /// Who says so.
    pub from: Origin,
}

/// Who says what holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The flag's own default.
    Default,
    /// A variable of the process, or of the file of variables.
    Variable {
        /// Its name.
        name: String,
        /// Where it is set.
        source: VariableSource,
    },
    /// A file of configuration.
    File(Place),
}

impl Origin {
    fn variable(name: &str, environment: &Environment) -> Self {
        Self::Variable {
            name: name.to_owned(),
            source: environment.source_of(name).unwrap_or(VariableSource::Process),
        }
    }
}

/// Returns the flags of `rlm run` in the order of its help, with what holds for each.
///
/// # Errors
/// As of [`with_stated_flags`](super::flags::with_stated_flags).
pub fn settings(command: &Command, environment: &Environment) -> Result<Vec<Setting>, Failure> {
    let stated = stated_flags(command, environment)?;
    let run = command.find_subcommand("run");
    let flags = run.into_iter().flat_map(Command::get_arguments);
    let flags = flags.filter_map(|arg| Some((arg, arg.get_long()?)));
    let settings = flags.filter(|(_, flag)| !OF_ONE_QUESTION.contains(flag));
    let max_cost = stated.iter().find(|one| one.flag == "max-cost");
    let budget = max_cost.map_or(CostBudget::None, |_| CostBudget::Set);
    Ok(settings
        .map(|(arg, flag)| {
            let (value, from) = match source(flag, &stated, environment) {
                Source::Variable(name) => (environment.get(name), Origin::variable(name, environment)),
                Source::File(stated) => (Some(shown(&stated.value)), Origin::File(stated.place.clone())),
                Source::Default => otherwise(arg, flag, budget, environment),
            };
            Setting {
                key: flag.replace('-', "_"),
                value,
                from,
            }
        })
        .collect())
}

/// Returns what holds where nobody says anything of the flag.
fn otherwise(arg: &Arg, flag: &str, budget: CostBudget, environment: &Environment) -> (Option<String>, Origin) {
    if let ("model", DefaultModel::Found { spec, because_of }) =
        (flag, default_model(&|name| environment.get(name), budget))
    {
        return (Some(spec.to_string()), Origin::variable(because_of, environment));
    }
    if let ("cache", CachePlace::Folder(folder)) = (flag, CachePlace::new(None, environment)) {
        return (Some(folder.display().to_string()), Origin::Default);
    }
    (default_of(arg), Origin::Default)
}

/// Returns a flag's default: the one that is set, or the one that its help names.
fn default_of(arg: &Arg) -> Option<String> {
    if !arg.get_action().takes_values() {
        return Some("false".to_owned());
    }
    let set = arg.get_default_values().first().and_then(|value| value.to_str());
    let named = || {
        let help = arg.get_long_help().or_else(|| arg.get_help())?.to_string();
        let (_, rest) = help.split_once("[default: ")?;
        let (named, _) = rest.split_once(']')?;
        let named = named.split("; variable ").next().unwrap_or(named);
        Some(named.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    set.map(str::to_owned).or_else(named)
}

fn shown(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Array(values) => values.iter().map(shown).collect::<Vec<_>>().join(", "),
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Float(number) => number.to_string(),
        toml::Value::Boolean(is_on) => is_on.to_string(),
        // No flag takes one.
        toml::Value::Datetime(_) | toml::Value::Table(_) => String::new(),
    }
}

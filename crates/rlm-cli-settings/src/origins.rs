//! Determines the value of each flag of `rlm run` in this folder, and its origin: an environment
//! variable, a configuration file or the built-in default.

use clap::{Arg, Command, ValueEnum as _};
use rlm_adapters::{DefaultModel, ProviderOrder, default_model};
use rlm_cli_output::failure::Failure;

use super::configuration_file::Place;
use super::flags::{Source, StatedFlag, source, stated_flags};
use crate::args::PresetName;
use crate::cache::{self, CachePlace};
use crate::environment::{Environment, VariableSource};
use crate::limits;

/// The flags that are not settings: they belong to one question, or say where its answer is
/// written.
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

/// A flag of `rlm run` with its current value and origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The flag's key in a configuration file: its name with `_` for `-`.
    pub key: String,
    /// The current value of the flag; `None` if there is none.
    pub value: Option<String>,
    /// The origin of the flag's value.
    pub from: Origin,
}

/// The origin of a flag's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The value is the flag's built-in default.
    Default,
    /// An environment variable, of the process or of the `.env` file, sets the flag.
    Variable {
        /// The name of the environment variable.
        name: String,
        /// Where the environment variable is set.
        source: VariableSource,
    },
    /// A configuration file sets the flag at this place.
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

/// Returns the flags of `rlm run` with their current values, in the order of the help.
///
/// # Errors
/// The errors of [`with_stated_flags`](super::flags::with_stated_flags).
pub fn settings(command: &Command, environment: &Environment) -> Result<Vec<Setting>, Failure> {
    let stated = stated_flags(command, environment)?;
    let run = command.find_subcommand("run");
    let flags = run.into_iter().flat_map(Command::get_arguments);
    let flags = flags.filter_map(|arg| Some((arg, arg.get_long()?)));
    let settings = flags.filter(|(_, flag)| !OF_ONE_QUESTION.contains(flag));
    let is_openrouter_first =
        |one: &StatedFlag| one.flag == "max-cost" || (one.flag == "preset" && one.value.as_str() == Some("enzu"));
    let order = match stated.iter().any(is_openrouter_first) {
        true => ProviderOrder::OpenRouterFirst,
        false => ProviderOrder::Usual,
    };
    Ok(settings
        .map(|(arg, flag)| {
            let (value, from) = match source(flag, &stated, environment) {
                Source::Variable(_) | Source::Default if let Some(found) = by_texts(flag, &stated) => found,
                Source::Variable(name) => (environment.get(name), Origin::variable(name, environment)),
                Source::File(stated) => (Some(shown(&stated.value)), Origin::File(stated.place.clone())),
                Source::Default => by_preset(flag, &stated).unwrap_or_else(|| otherwise(arg, flag, order, environment)),
            };
            Setting {
                key: flag.replace('-', "_"),
                value,
                from,
            }
        })
        .collect())
}

/// Returns the value that a preset sets for a flag. Its origin is the file that sets the preset.
fn by_preset(flag: &str, stated: &[StatedFlag]) -> Option<(Option<String>, Origin)> {
    let preset = stated.iter().find(|one| one.flag == "preset")?;
    let name = PresetName::from_str(preset.value.as_str()?, false).ok()?;
    let value = limits::by_preset(name, flag)?;
    Some((Some(value), Origin::File(preset.place.clone())))
}

/// Returns `off` for the flag `--cache` if a configuration file makes journals withhold texts.
/// Replies then stay in memory, even if an environment variable names a folder.
fn by_texts(flag: &str, stated: &[StatedFlag]) -> Option<(Option<String>, Origin)> {
    let texts = stated.iter().find(|one| one.flag == "journal-texts")?;
    let is_withheld = flag == "cache" && texts.value.as_str() != Some("full");
    is_withheld.then(|| (Some(cache::OFF.to_owned()), Origin::File(texts.place.clone())))
}

/// Returns the value of a flag that no configuration file and no variable of its own sets.
fn otherwise(arg: &Arg, flag: &str, order: ProviderOrder, environment: &Environment) -> (Option<String>, Origin) {
    if let ("model", DefaultModel::Found { spec, because_of }) =
        (flag, default_model(&|name| environment.get(name), order))
    {
        return (Some(spec.to_string()), Origin::variable(because_of, environment));
    }
    if let ("cache", CachePlace::Folder(folder)) = (flag, CachePlace::new(None, environment)) {
        return (Some(folder.display().to_string()), Origin::Default);
    }
    (default_of(arg), Origin::Default)
}

/// Returns a flag's default: the default value in clap, or else the one that the help text names.
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
        // No flag takes a date or a table.
        toml::Value::Datetime(_) | toml::Value::Table(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use clap::FromArgMatches as _;

    use super::*;
    use crate::args::{Arguments, command_line};
    use crate::flags::{check, with_stated_flags};
    use crate::runner::RunnerSettings;

    const RUN: [&str; 5] = ["rlm", "run", "Who?", "--context", "a.txt"];
    /// The flags whose help describes the default in words that are not a valid value, or that need
    /// another flag.
    const DESCRIBED: [&str; 3] = ["--sub-model", "--recursive-model", "--compaction-threshold-pct"];

    /// Converts command-line flags to runner settings as `rlm run` does.
    fn lowered(flags: &[String], environment: &Environment) -> RunnerSettings {
        let words = RUN.into_iter().map(str::to_owned).chain(flags.iter().cloned());
        let words: Vec<OsString> = words.map(OsString::from).collect();
        let words = with_stated_flags(words, &command_line(), environment).unwrap();
        let matches = command_line().try_get_matches_from(words).unwrap();
        let crate::args::Command::Run(run) = Arguments::from_arg_matches(&matches).unwrap().command else {
            panic!("it is `rlm run`");
        };
        RunnerSettings::for_questions(&run.runner, environment, &Vec::new).unwrap()
    }

    /// Returns a setting as command-line flags; empty if its value is not valid for the flag.
    fn as_flags(setting: Setting) -> Vec<String> {
        let flag = format!("--{}", setting.key.replace('_', "-"));
        let is_described = setting.from == Origin::Default && DESCRIBED.contains(&flag.as_str());
        match setting.value {
            Some(value) if value == "true" => vec![flag],
            Some(values) if setting.key == "stop" => values.split(", ").map(|one| format!("{flag}={one}")).collect(),
            Some(value) if !is_described && value != "false" => {
                let words = vec![format!("{flag}={value}")];
                match check(&command_line(), &words) {
                    Ok(()) => words,
                    Err(_) => Vec::new(),
                }
            }
            _ => Vec::new(),
        }
    }

    #[test]
    fn shown_settings_given_as_flags_lower_to_the_same_settings() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rlm.toml");
        let files = [
            "",
            "[run]\npreset = \"engine\"\nmax_output = 77\n",
            "[run]\npreset = \"rlm_repl\"\nstop = [\"a\", \"b\"]\ncompaction = true\nseed = 7\n",
            "[run]\nmax_depth = 9\nmax_seconds = \"none\"\nroute = \"auto\"\nprofile = \"verify\"\njournal_texts = \"digests\"\n",
        ];
        let variables: [&[(&'static str, &str)]; 3] = [
            &[("RLM_MODEL", "fake:a.json")],
            &[("RLM_MODEL", "fake:a.json"), ("MAX_RECURSION_DEPTH", "3")],
            &[
                ("RLM_MODEL", "fake:b.json"),
                ("EXECUTION_TIMEOUT", "60"),
                ("RLM_CACHE", "off"),
            ],
        ];
        for text in files {
            std::fs::write(&file, text).unwrap();
            for variables in variables {
                let environment = Environment::of(&file, variables);
                let shown = settings(&command_line(), &environment).unwrap();
                let flags: Vec<String> = shown.into_iter().flat_map(as_flags).collect();
                let (by_flags, by_sources) = (lowered(&flags, &Environment::empty()), lowered(&[], &environment));
                assert_eq!(
                    format!("{by_flags:#?}"),
                    format!("{by_sources:#?}"),
                    "{text}{variables:?}"
                );
            }
        }
    }
}

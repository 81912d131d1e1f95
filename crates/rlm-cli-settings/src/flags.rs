//! Flags set in the table `[run]` of configuration files: the project's `rlm.toml` and the user's
//! own file.
//!
//! A key is the name of a flag of `rlm run`, with `_` for `-`. Other commands with a flag of that
//! name use the key too. The command line takes precedence, then environment variables, then the
//! project's file, then the user's file.

use std::ffi::OsString;

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};
use rlm_cli_output::failure::Failure;
use sift_syntax::nearest;
use smol_str::SmolStr;

use crate::configuration_file::{self, Place};
use crate::environment::{CACHE_VARIABLE, Environment, MAX_DEPTH_VARIABLE, MAX_SECONDS_VARIABLE};

/// The commands that use flags from configuration files: those that call models about a context, or
/// show prompts. The command `rlm session new` is omitted because it calls no model, and its limits
/// belong to the session.
const COMMANDS: [&[&str]; 9] = [
    &["run"],
    &["estimate"],
    &["batch"],
    &["repl"],
    &["chat"],
    &["session", "run"],
    &["job", "submit"],
    &["prompts", "show"],
    &["prompts", "render"],
];

/// The flags of `rlm call` that configuration files may set. The command takes all other settings
/// from the recorded run.
const OF_CALLS: [&str; 7] = [
    "price",
    "max-cost",
    "max-tokens",
    "max-input-tokens",
    "max-output-tokens",
    "min-output",
    "max-wait",
];

/// The flags that environment variables can set, each with its variables. Variables take precedence
/// over configuration files.
const VARIABLES: [(&str, &[&str]); 4] = [
    ("model", &["RLM_MODEL", "DEFAULT_MODEL"]),
    ("max-depth", &[MAX_DEPTH_VARIABLE]),
    ("max-seconds", &[MAX_SECONDS_VARIABLE]),
    ("cache", &[CACHE_VARIABLE]),
];

/// Returns the command line with the flags from configuration files that neither the command line
/// nor the environment sets.
///
/// # Errors
/// [`Failure::ConfigurationFile`] if a file can't be read, contains an unknown flag, or has an invalid
/// value for a flag.
pub fn with_stated_flags(
    words: Vec<OsString>,
    command: &Command,
    environment: &Environment,
) -> Result<Vec<OsString>, Failure> {
    // Errors of the command line are ignored here: the real parse reports them.
    let given = command.clone().ignore_errors(true).try_get_matches_from(&words).ok();
    let Some(mut given) = given.as_ref() else {
        return Ok(words);
    };
    let (mut own, mut names, mut after) = (command, Vec::new(), 0);
    while let Some((name, inner)) = given.subcommand() {
        // The word may be an alias of the command.
        let is_name = |word: &OsString| {
            let found = word.to_str().and_then(|word| own.find_subcommand(word));
            found.is_some_and(|found| found.get_name() == name)
        };
        let place = words.iter().skip(after).position(is_name);
        let (Some(place), Some(command)) = (place, own.find_subcommand(name)) else {
            return Ok(words);
        };
        (given, own, after) = (inner, command, after.saturating_add(place).saturating_add(1));
        names.push(name);
    }
    let is_call = names.as_slice() == ["call"];
    if !is_call && !COMMANDS.contains(&names.as_slice()) {
        return Ok(words);
    }
    let mut added = Vec::new();
    let all = stated_flags(command, environment)?;
    for stated in &all {
        if is_call && !OF_CALLS.contains(&stated.flag.as_str()) {
            continue;
        }
        // Skip flags that the command does not have.
        let Some(arg) = own.get_arguments().find(|arg| arg.get_long() == Some(&stated.flag)) else {
            continue;
        };
        if is_given(arg, own, given) {
            continue;
        }
        if let Source::File(stated) = source(&stated.flag, &all, environment) {
            added.extend(stated.words.iter().cloned());
        }
    }
    let mut words = words;
    words.splice(after..after, added.into_iter().map(OsString::from));
    Ok(words)
}

/// Returns the text that configuration files set for a key of `[run]`, unless a variable sets it.
///
/// # Errors
/// [`Failure::ConfigurationFile`].
pub fn stated_text(key: &str, environment: &Environment) -> Result<Option<String>, Failure> {
    if variable_of(&key.replace('_', "-"), environment).is_some() {
        return Ok(None);
    }
    let files = configuration_file::read_all(environment)?;
    let stated = files.iter().find_map(|(_, file)| {
        let (_, value) = file.run().find(|(name, _)| name.replace('-', "_") == key)?;
        value.as_str().map(str::to_owned)
    });
    Ok(stated)
}

/// A flag that a configuration file sets. Flags that a file of higher precedence overrides are
/// omitted.
pub(super) struct StatedFlag {
    pub(super) flag: String,
    pub(super) value: toml::Value,
    pub(super) place: Place,
    /// The flag and its value as command-line arguments.
    words: Vec<String>,
}

/// The source of the value of a flag that the command line does not set.
pub(super) enum Source<'s> {
    /// The environment variable with this name sets the flag.
    Variable(&'static str),
    /// A configuration file sets the flag.
    File(&'s StatedFlag),
    /// Nothing sets the flag, so its default applies.
    Default,
}

/// Returns the source of the value of a flag that the command line does not set. Environment
/// variables take precedence over configuration files.
pub(super) fn source<'s>(flag: &str, stated: &'s [StatedFlag], environment: &Environment) -> Source<'s> {
    match (
        variable_of(flag, environment),
        stated.iter().find(|one| one.flag == flag),
    ) {
        (Some(variable), _) => Source::Variable(variable),
        (None, Some(stated)) => Source::File(stated),
        (None, None) => Source::Default,
    }
}

/// Returns the flags that configuration files set. Omits flags of the user's file that the
/// project's file also sets, or that conflict with the project's flags.
pub(super) fn stated_flags(command: &Command, environment: &Environment) -> Result<Vec<StatedFlag>, Failure> {
    let mut stated: Vec<StatedFlag> = Vec::new();
    let Some(run) = command.find_subcommand("run") else {
        return Ok(stated);
    };
    for (_, file) in configuration_file::read_all(environment)? {
        let before: Vec<String> = stated.iter().map(|one| one.flag.clone()).collect();
        let is_said = |arg: &Arg| arg.get_long().is_some_and(|flag| before.iter().any(|one| one == flag));
        for (key, value) in file.run() {
            let flag = key.replace('_', "-");
            let Some(arg) = run.get_arguments().find(|arg| arg.get_long() == Some(&flag)) else {
                return Err(file.wrong(key, &unknown(&flag, run)));
            };
            let words = flags_of(arg, &flag, value).map_err(|detail| file.wrong(key, &detail))?;
            check(command, &words).map_err(|detail| file.wrong(key, &detail))?;
            if !is_said(arg) && !excluded(arg, run).any(is_said) {
                let (value, place) = (value.clone(), file.place("run", key));
                stated.push(StatedFlag {
                    flag,
                    value,
                    place,
                    words,
                });
            }
        }
    }
    Ok(stated)
}

/// Converts the TOML value of a flag to command-line arguments.
pub fn flags_of(arg: &Arg, flag: &str, value: &toml::Value) -> Result<Vec<String>, String> {
    let takes_value = !matches!(arg.get_action(), ArgAction::SetTrue | ArgAction::SetFalse);
    let names = arg.get_possible_values();
    let is_switch = takes_value && names.iter().any(|name| name.matches("on", false));
    let text = match value {
        toml::Value::Boolean(is_on) if !takes_value => {
            return Ok(is_on.then(|| format!("--{flag}")).into_iter().collect());
        }
        _ if !takes_value => return Err("expected true or false".to_owned()),
        toml::Value::Boolean(true) if is_switch => "on".to_owned(),
        toml::Value::Boolean(false) if is_switch => "off".to_owned(),
        toml::Value::String(text) => text.clone(),
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Float(number) => number.to_string(),
        toml::Value::Array(values) if matches!(arg.get_action(), ArgAction::Append) => {
            let each = values.iter().map(|value| flags_of(arg, flag, value));
            return Ok(each.collect::<Result<Vec<_>, _>>()?.concat());
        }
        toml::Value::Array(_) => return Err("expected a single value".to_owned()),
        _ => return Err("expected a string or a number".to_owned()),
    };
    Ok(vec![format!("--{flag}={text}")])
}

/// Checks that clap accepts the values of these flags. Ignores all other errors, such as missing
/// arguments.
pub fn check(command: &Command, flags: &[String]) -> Result<(), String> {
    use clap::error::ErrorKind;
    let words = ["rlm", "run"].into_iter().chain(flags.iter().map(String::as_str));
    match command.clone().try_get_matches_from(words) {
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::InvalidValue | ErrorKind::ValueValidation | ErrorKind::WrongNumberOfValues
            ) =>
        {
            let text = error.to_string();
            let line = text.lines().next().unwrap_or_default();
            Err(in_plain_words(line.strip_prefix("error: ").unwrap_or(line)))
        }
        _ => Ok(()),
    }
}

/// Returns an error message of clap without the standard library's messages about numbers.
#[must_use]
pub fn in_plain_words(message: &str) -> String {
    const WORDS: [(&str, &str); 5] = [
        ("invalid digit found in string", "expected a whole number"),
        ("cannot parse integer from empty string", "expected a whole number"),
        ("number too large to fit in target type", "the number is too large"),
        ("invalid float literal", "expected a number"),
        ("cannot parse float from empty string", "expected a number"),
    ];
    let plain = |message: String, (from, to): &(&str, &str)| message.replace(from, to);
    WORDS.iter().fold(message.to_owned(), plain)
}

/// Returns `true` if the command line sets this flag, or a flag that conflicts with it.
fn is_given(arg: &Arg, command: &Command, given: &ArgMatches) -> bool {
    let is_given = |arg: &Arg| given.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine);
    is_given(arg) || excluded(arg, command).any(is_given)
}

/// Returns the arguments of a command that conflict with an argument, whichever of the two declares
/// the conflict.
fn excluded<'c>(arg: &'c Arg, command: &'c Command) -> impl Iterator<Item = &'c Arg> {
    command.get_arguments().filter(move |other| {
        let names = |one: &Arg, another: &Arg| {
            let mut others = command.get_arg_conflicts_with(one).into_iter();
            others.any(|found| found.get_id() == another.get_id())
        };
        names(arg, other) || names(other, arg)
    })
}

/// Returns the name of the environment variable that sets a flag, if any. Blank variables are
/// ignored.
fn variable_of(flag: &str, environment: &Environment) -> Option<&'static str> {
    let variables = VARIABLES.iter().filter(|(of, _)| *of == flag);
    let mut names = variables.flat_map(|(_, names)| *names).copied();
    names.find(|name| environment.stated(name).is_some())
}

/// Returns the error message for an unknown flag in a configuration file. It suggests the most
/// similar known flag.
pub fn unknown(flag: &str, command: &Command) -> String {
    let flags: Vec<SmolStr> = command
        .get_arguments()
        .filter_map(Arg::get_long)
        .map(SmolStr::new)
        .collect();
    match nearest(flag, flags.iter()).first() {
        Some(known) => format!("unknown flag of `rlm run`; did you mean `{}`?", known.replace('-', "_")),
        None => "unknown flag of `rlm run`; `rlm run --help` lists its flags".to_owned(),
    }
}

//! Parses the session commands, which begin with a colon.

use std::path::PathBuf;

use sift_syntax::nearest;
use smol_str::SmolStr;

/// An entry of the user at the prompt: a program, a command or nothing.
///
/// ```
/// use rlm_repl::{Command, CommandError, Entry};
///
/// assert_eq!(Entry::read("n = 1"), Ok(Entry::Program("n = 1".to_owned())));
/// assert_eq!(Entry::read(":show report"), Ok(Entry::Command(Command::Show("report".into()))));
/// assert_eq!(Entry::read(":bud"), Ok(Entry::Command(Command::Budget)), "a beginning will do");
/// assert_eq!(Entry::read("exit()"), Ok(Entry::Command(Command::Quit)), "as in Python's prompt");
/// assert_eq!(Entry::read("?"), Ok(Entry::Command(Command::Help(None))));
/// assert!(matches!(Entry::read(":shwo report"), Err(CommandError::Unknown { near, .. }) if near == ["show"]));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// The input is empty or blank.
    Nothing,
    /// The input is a program, with this text.
    Program(String),
    /// The input is a command to the session itself.
    Command(Command),
}

/// A command to the session itself, such as `:vars`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Lists the commands, or describes a name of the library.
    Help(Option<SmolStr>),
    /// Lists the variables of the session.
    Vars,
    /// Shows the whole value of a variable.
    Show(SmolStr),
    /// Shows the spending and the remaining budget.
    Budget,
    /// Shows the recorded events, and the path of the journal.
    Journal,
    /// Lists the model calls of the session so far.
    Calls,
    /// Shows the fuel that the last program used.
    Fuel,
    /// Sets the model that answers later calls.
    Model(SmolStr),
    /// Runs the program in a file.
    Load(PathBuf),
    /// Writes the programs so far to a file.
    Save(PathBuf),
    /// Resets the session.
    Reset,
    /// Leaves the session.
    Quit,
}

/// The reason why a command can't be parsed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// No command has the typed name.
    #[error("unknown command `:{name}`; {}", nearest_or_list(near))]
    Unknown {
        /// The name that the user typed.
        name: SmolStr,
        /// The names of commands that are similar to the typed name.
        near: Vec<SmolStr>,
    },
    /// A command lacks its argument.
    #[error("`:{name}` requires {takes}: `:{name} {}`", takes.placeholder())]
    Incomplete {
        /// The name of the command that lacks its argument.
        name: &'static str,
        /// The kind of argument that the command takes.
        takes: Argument,
    },
    /// The command takes no argument but has one.
    #[error("`:{name}` takes no argument")]
    Superfluous {
        /// The name of the command that takes no argument.
        name: &'static str,
    },
}

/// The kind of argument that a command takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Argument {
    /// The command takes no argument.
    Nothing,
    /// The command takes the name of a function, a method or a module.
    Name,
    /// The command takes the name of a variable.
    Variable,
    /// The command takes the path of a file.
    Path,
    /// The command takes the name of a model.
    Model,
}

impl Argument {
    const fn placeholder(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::Name | Self::Variable => "NAME",
            Self::Path => "FILE",
            Self::Model => "MODEL",
        }
    }
}

impl std::fmt::Display for Argument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Nothing => "nothing",
            Self::Name => "the name of a function, a method or a module",
            Self::Variable => "the name of a variable",
            Self::Path => "a file",
            Self::Model => "a model, such as openai:NAME",
        })
    }
}

/// A row of the table of commands: name, argument and description.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) takes: Argument,
    pub(crate) about: &'static str,
}

const fn row(name: &'static str, takes: Argument, about: &'static str) -> Row {
    Row { name, takes, about }
}

/// The table of all commands, in the order of the help.
pub(crate) const COMMANDS: &[Row] = &[
    row(
        "help",
        Argument::Name,
        "list the commands, or show help on a function, method or module",
    ),
    row("vars", Argument::Nothing, "list the variables: type, size, preview"),
    row("show", Argument::Variable, "show the whole value of a variable"),
    row(
        "budget",
        Argument::Nothing,
        "show the spending and the remaining budget",
    ),
    row("calls", Argument::Nothing, "list the model calls so far"),
    row(
        "journal",
        Argument::Nothing,
        "show the recorded totals and the journal's path",
    ),
    row(
        "fuel",
        Argument::Nothing,
        "show the fuel, memory and time of the last program",
    ),
    row("model", Argument::Model, "switch to another model"),
    row("load", Argument::Path, "run the program in a file"),
    row("save", Argument::Path, "write the programs so far to a file"),
    row("reset", Argument::Nothing, "start again, without variables"),
    row("quit", Argument::Nothing, "quit; also Ctrl-D"),
];

/// Returns a list of the commands with their descriptions, one per line.
///
/// ```
/// let help = rlm_repl::commands_help();
/// assert!(help.lines().any(|line| line.contains(":vars")));
/// ```
#[must_use]
pub fn commands_help() -> String {
    let shown = COMMANDS.iter().map(|command| {
        let placeholder = match (command.takes, command.name) {
            (Argument::Name, _) => "[NAME]".to_owned(),
            (takes, _) => takes.placeholder().to_owned(),
        };
        let call = format!(":{} {placeholder}", command.name);
        format!("{call:<14} {}\n", command.about)
    });
    shown.collect()
}

impl Entry {
    /// Parses the user's input: a command if it begins with a colon, else a program. An unambiguous
    /// prefix of a command's name is sufficient.
    ///
    /// # Errors
    /// [`CommandError`] for an unknown command, or one with a missing or superfluous argument.
    pub fn read(text: &str) -> Result<Self, CommandError> {
        if text.trim().is_empty() {
            return Ok(Self::Nothing);
        }
        if let Some(command) = as_elsewhere(text.trim()) {
            return Ok(Self::Command(command));
        }
        let Some(command) = text.trim_start().strip_prefix(':') else {
            return Ok(Self::Program(text.trim_end().to_owned()));
        };
        let command = command.trim();
        let (name, argument) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
        command_of(find(name)?, argument.trim()).map(Self::Command)
    }
}

/// Returns the command for what other prompts call it: `exit()`, `quit`, `?`, `help(len)`, `len?`.
fn as_elsewhere(text: &str) -> Option<Command> {
    let topic = match text {
        "exit" | "exit()" | "quit" | "quit()" => return Some(Command::Quit),
        "?" | "help" | "help()" => return Some(Command::Help(None)),
        _ => text
            .strip_prefix("help(")
            .and_then(|rest| rest.strip_suffix(')'))
            .or_else(|| text.strip_prefix('?'))
            .or_else(|| text.strip_suffix('?'))?,
    };
    let is_name = topic.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
    (is_name && !topic.is_empty()).then(|| Command::Help(Some(topic.into())))
}

fn find(name: &str) -> Result<&'static Row, CommandError> {
    let exact = COMMANDS.iter().find(|command| command.name == name);
    let mut beginning = COMMANDS
        .iter()
        .filter(|command| !name.is_empty() && command.name.starts_with(name));
    let only = match (beginning.next(), beginning.next()) {
        (Some(one), None) => Some(one),
        _ => None,
    };
    exact.or(only).ok_or_else(|| {
        let known: Vec<SmolStr> = COMMANDS.iter().map(|command| command.name.into()).collect();
        CommandError::Unknown {
            name: name.into(),
            near: nearest(name, known.iter()),
        }
    })
}

fn command_of(row: &'static Row, argument: &str) -> Result<Command, CommandError> {
    let given = Some(argument).filter(|argument| !argument.is_empty());
    let wanted = || {
        given.ok_or(CommandError::Incomplete {
            name: row.name,
            takes: row.takes,
        })
    };
    if row.takes == Argument::Nothing && given.is_some() {
        return Err(CommandError::Superfluous { name: row.name });
    }
    Ok(match row.name {
        "help" => Command::Help(given.map(SmolStr::from)),
        "vars" => Command::Vars,
        "show" => Command::Show(wanted()?.into()),
        "budget" => Command::Budget,
        "calls" => Command::Calls,
        "journal" => Command::Journal,
        "fuel" => Command::Fuel,
        "model" => Command::Model(wanted()?.into()),
        "load" => Command::Load(wanted()?.into()),
        "save" => Command::Save(wanted()?.into()),
        "reset" => Command::Reset,
        _ => Command::Quit,
    })
}

fn nearest_or_list(near: &[SmolStr]) -> String {
    match near.first() {
        Some(near) => format!("did you mean `:{near}`?"),
        None => "`:help` lists the commands".to_owned(),
    }
}

//! Commands: what begins with a colon.

use std::path::PathBuf;

use sift_syntax::nearest;
use smol_str::SmolStr;

/// What was typed.
///
/// ```
/// use rlm_repl::{Command, CommandError, Entry};
///
/// assert_eq!(Entry::read("n = 1"), Ok(Entry::Program("n = 1".to_owned())));
/// assert_eq!(Entry::read(":show report"), Ok(Entry::Command(Command::Show("report".into()))));
/// assert_eq!(Entry::read(":bud"), Ok(Entry::Command(Command::Budget)), "a beginning will do");
/// assert!(matches!(Entry::read(":shwo report"), Err(CommandError::Unknown { near, .. }) if near == ["show"]));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// Nothing.
    Nothing,
    /// A program.
    Program(String),
    /// A command.
    Command(Command),
}

/// What is asked of the session itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// The commands, or what is known of a name.
    Help(Option<SmolStr>),
    /// The variables.
    Vars,
    /// The whole of a variable's value.
    Show(SmolStr),
    /// What may still be spent.
    Budget,
    /// What was recorded, and where.
    Journal,
    /// The calls of models so far.
    Calls,
    /// What the last program took.
    Fuel,
    /// Who answers from now on.
    Model(SmolStr),
    /// Run the program of a file.
    Load(PathBuf),
    /// Write the programs so far to a file.
    Save(PathBuf),
    /// Begin anew.
    Reset,
    /// Leave.
    Quit,
}

/// What is wrong with a command.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// There is none of that name.
    #[error("there is no command `:{name}`; {}", nearest_or_list(near))]
    Unknown {
        /// What was typed.
        name: SmolStr,
        /// The commands that are meant.
        near: Vec<SmolStr>,
    },
    /// It lacks what it takes.
    #[error("`:{name}` takes {takes}: `:{name} {}`", takes.placeholder())]
    Incomplete {
        /// The command.
        name: &'static str,
        /// What it takes.
        takes: Argument,
    },
    /// It takes nothing, and something follows it.
    #[error("`:{name}` takes nothing; write it alone")]
    Superfluous {
        /// The command.
        name: &'static str,
    },
}

/// What a command takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Argument {
    /// Nothing.
    Nothing,
    /// The name of a function, a method or a module.
    Name,
    /// The name of a variable.
    Variable,
    /// A file.
    Path,
    /// A model.
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

/// A row of the table of commands.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) takes: Argument,
    pub(crate) about: &'static str,
}

const fn row(name: &'static str, takes: Argument, about: &'static str) -> Row {
    Row { name, takes, about }
}

/// All commands, in the order in which they are listed.
pub(crate) const COMMANDS: &[Row] = &[
    row(
        "help",
        Argument::Name,
        "the commands, or what is known of a function, a method or a module",
    ),
    row("vars", Argument::Nothing, "the variables: type, size, beginning"),
    row("show", Argument::Variable, "the whole of a variable"),
    row("budget", Argument::Nothing, "what was spent, and what may still be"),
    row("calls", Argument::Nothing, "the calls of models so far"),
    row("journal", Argument::Nothing, "what was recorded, and where"),
    row("fuel", Argument::Nothing, "what the last program took"),
    row("model", Argument::Model, "who answers from now on"),
    row("load", Argument::Path, "run the program of a file"),
    row("save", Argument::Path, "write the programs so far to a file"),
    row("reset", Argument::Nothing, "begin anew, without variables"),
    row("quit", Argument::Nothing, "leave; Ctrl-D too"),
];

/// Lists the commands, a line each.
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
    /// Reads what was typed: a program, or, where it begins with a colon, a command. A beginning of a command's name will do where it is that
    /// of no other.
    ///
    /// # Errors
    /// [`CommandError`] for a command that there is not, or that lacks what it takes.
    pub fn read(text: &str) -> Result<Self, CommandError> {
        if text.trim().is_empty() {
            return Ok(Self::Nothing);
        }
        let Some(command) = text.trim_start().strip_prefix(':') else {
            return Ok(Self::Program(text.trim_end().to_owned()));
        };
        let command = command.trim();
        let (name, argument) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
        command_of(find(name)?, argument.trim()).map(Self::Command)
    }
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
        None => "`:help` lists what there is".to_owned(),
    }
}

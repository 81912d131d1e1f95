//! The command lines of tools.

use std::fmt;

use rlm_process::Program;

use crate::ToolError;

/// The command line of a tool, and the environment variables withheld from it.
///
/// Tools may be third-party programs, so secrets are withheld. The process inherits the environment
/// except for variables whose names indicate secrets (`…_API_KEY`, `…_AUTH_TOKEN`, `…_SECRET`,
/// `…_SECRET_KEY`, `…_PASSWORD`) and those that are passed to [`without`](Self::without).
///
/// ```
/// use rlm_tools::CommandLine;
///
/// let orders = CommandLine::from("sh orders.sh").without(["HOUSE_KEY"]);
/// assert_eq!(orders.to_string(), "sh orders.sh");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandLine {
    line: String,
    withheld: Vec<String>,
}

impl CommandLine {
    /// Adds names of environment variables to withhold from the tool's process.
    #[must_use]
    pub fn without<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.withheld.extend(names.into_iter().map(Into::into));
        self
    }

    /// Splits the command line into words like a shell, including quotes, but without expansions.
    pub(crate) fn program(self) -> Result<Program, ToolError> {
        let Self { line, withheld } = self;
        let wrong = |detail| ToolError::Command {
            command: line.clone(),
            detail,
        };
        let mut words = shlex::split(&line)
            .ok_or_else(|| wrong("a quote is not closed, or it ends with \\"))?
            .into_iter();
        let name = words.next().filter(|name| !name.is_empty());
        let program = Program::new(name.ok_or_else(|| wrong("it is empty"))?);
        Ok(program.with_arguments(words).without(withheld))
    }
}

/// Returns the error for a program that could not be started.
pub(crate) fn not_started(program: &Program, error: &std::io::Error) -> ToolError {
    ToolError::Start {
        program: program.name().to_owned(),
        detail: error.to_string(),
    }
}

impl From<&str> for CommandLine {
    fn from(line: &str) -> Self {
        line.to_owned().into()
    }
}

impl From<&String> for CommandLine {
    fn from(line: &String) -> Self {
        line.clone().into()
    }
}

impl From<String> for CommandLine {
    fn from(line: String) -> Self {
        Self {
            line,
            withheld: Vec::new(),
        }
    }
}

impl fmt::Display for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_split_into_words_without_shell_expansion() {
        let program = |command: &str| CommandLine::from(command).program();
        let quoted = program("python3 'a b.py' --x=\"1 2\"").unwrap();
        assert_eq!(quoted, Program::new("python3").with_arguments(["a b.py", "--x=1 2"]));
        let plain = program("echo $HOME; rm *").unwrap();
        assert_eq!(plain, Program::new("echo").with_arguments(["$HOME;", "rm", "*"]));
        let wrong: Vec<String> = ["", "  ", "a 'b", "'' x"]
            .into_iter()
            .map(|command| program(command).map_or_else(|error| error.to_string(), |_| "fine".to_owned()))
            .collect();
        insta::assert_snapshot!(wrong.join("\n"), @r"
        `` is not a command: it is empty
        `  ` is not a command: it is empty
        `a 'b` is not a command: a quote is not closed, or it ends with \
        `'' x` is not a command: it is empty
        ");
    }
}

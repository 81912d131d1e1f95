//! A program with its arguments, environment and working directory.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::Stdio;

use tokio::process::{Child, Command};

use crate::Group;

/// A program to start, without a shell.
///
/// Programs may be third-party, so secrets are withheld. The process inherits the environment except
/// for variables whose names indicate secrets (`…_API_KEY`, `…_AUTH_TOKEN`, `…_SECRET`,
/// `…_SECRET_KEY`, `…_PASSWORD`) and those that are passed to [`without`](Self::without).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    name: String,
    arguments: Vec<String>,
    /// The names of environment variables to withhold from the process.
    withheld: Vec<String>,
    /// The environment variables to set, with their values.
    variables: Vec<(String, String)>,
    folder: Option<PathBuf>,
}

impl Program {
    /// Creates a program without arguments. `name` is a path, or a name to look up in `PATH`.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            arguments: Vec::new(),
            withheld: Vec::new(),
            variables: Vec::new(),
            folder: None,
        }
    }

    /// Adds arguments.
    #[must_use]
    pub fn with_arguments<A: Into<String>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Adds names of environment variables to withhold from the process.
    #[must_use]
    pub fn without<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.withheld.extend(names.into_iter().map(Into::into));
        self
    }

    /// Sets an environment variable, even if it is withheld.
    #[must_use]
    pub fn with_variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// Sets the working directory. The default is that of this process.
    #[must_use]
    pub fn in_folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// Returns the path or name of the program.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Starts the program in its own process group, with all three streams piped.
    ///
    /// # Errors
    /// The error of the operating system.
    pub fn spawn(&self) -> io::Result<(Child, Group)> {
        let mut command = Command::new(&self.name);
        command
            .args(&self.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true);
        for name in secrets(std::env::vars_os().map(|(name, _)| name)) {
            command.env_remove(name);
        }
        for name in &self.withheld {
            command.env_remove(name);
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        let child = command.spawn()?;
        let group = Group::led_by(child.id());
        Ok((child, group))
    }
}

/// Returns the names of environment variables that contain secrets, judging by their suffix.
fn secrets(names: impl Iterator<Item = OsString>) -> impl Iterator<Item = OsString> {
    names.filter(|name| {
        let name = name.to_string_lossy();
        ["_API_KEY", "_AUTH_TOKEN", "_SECRET", "_SECRET_KEY", "_PASSWORD"]
            .iter()
            .any(|ending| name.ends_with(ending))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_variables_are_recognized_by_name() {
        let names = [
            "OPENAI_API_KEY",
            "PATH",
            "AWS_SECRET",
            "MY_KEY_FILE",
            "DB_PASSWORD",
            "KEYBOARD",
        ];
        let found: Vec<OsString> = secrets(names.into_iter().map(OsString::from)).collect();
        assert_eq!(found, ["OPENAI_API_KEY", "AWS_SECRET", "DB_PASSWORD"]);
    }

    #[tokio::test]
    async fn process_gets_the_environment_and_folder_of_its_program() {
        let folder = tempfile::tempdir().unwrap();
        let shell = Program::new("sh").with_arguments(["-c", "echo \"$HOUSE_KEY,$HOME\"; pwd -P; ls"]);
        let shell = shell.without(["HOUSE_KEY", "HOME"]).with_variable("HOUSE_KEY", "7");
        let output = shell.in_folder(folder.path()).run(Vec::new(), 1_000).await.unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let folder = folder.path().canonicalize().unwrap();
        assert_eq!(said, format!("7,\n{}\n", folder.display()));
    }
}

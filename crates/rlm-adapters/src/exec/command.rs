//! The command of a model: its program, its working directory, and its errors.

use std::io;
use std::path::{Path, PathBuf};

use rlm_model::{ModelError, ModelErrorKind, ModelIdentity};
use rlm_process::Program;
use tempfile::TempDir;

use super::entry::ExecEntry;
use crate::environment::Environment;
use crate::transport::{ApiKey, Secrets, one_line};
use crate::variables::{SERVICE_ACCOUNT_VARIABLE, key_variables};

/// The maximum length of standard error in an error message, in characters.
const MAX_STDERR_CHARS: usize = 1_000;

/// The command of a model.
pub(super) struct Command {
    /// The model's identity as text, for messages.
    model: String,
    program: Program,
    /// The configured working directory. `None` for an empty temporary folder.
    folder: Option<PathBuf>,
    /// The values of the variables that are passed to the program.
    pub(super) secrets: Secrets,
}

/// The working directory of a process. A temporary one is removed when this value is dropped.
pub(super) enum Folder {
    Configured(PathBuf),
    Temporary(TempDir),
}

impl Folder {
    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Configured(path) => path,
            Self::Temporary(folder) => folder.path(),
        }
    }
}

impl Command {
    pub(super) fn new(
        identity: &ModelIdentity,
        entry: &ExecEntry,
        env: Environment<'_>,
        api_key_env: Option<&str>,
    ) -> Self {
        let mut words = entry.command.iter();
        let mut program = Program::new(words.next().map_or("", String::as_str))
            .with_arguments(words)
            .without(key_variables())
            .without([SERVICE_ACCOUNT_VARIABLE])
            .without(api_key_env)
            .without(&entry.withheld);
        let mut secrets = Secrets::default();
        for name in &entry.env {
            let Some(value) = env(name) else { continue };
            if let Ok(key) = ApiKey::new(&value.as_str().into()) {
                secrets.add(key);
            }
            program = program.with_variable(name, value);
        }
        Self {
            model: identity.to_string(),
            program,
            folder: entry.cwd.clone(),
            secrets,
        }
    }

    /// Returns the program in its working directory, and that directory.
    pub(super) fn placed(&self) -> Result<(Program, Folder), ModelError> {
        let folder = match &self.folder {
            Some(path) => Folder::Configured(path.clone()),
            None => Folder::Temporary(tempfile::tempdir().map_err(|error| self.not_started(&error))?),
        };
        Ok((self.program.clone().in_folder(folder.path()), folder))
    }

    /// Creates the error for a program that can't be started. Retries would fail again.
    pub(super) fn not_started(&self, error: &io::Error) -> ModelError {
        let detail = format!("can't start `{}`: {error}", self.program.name());
        let error = self.error(ModelErrorKind::Unreachable, &detail);
        let error = error.with_hint("check `command` and `cwd` of the model in your configuration file");
        ModelError { recurs: true, ..error }
    }

    /// Creates an error of the model, as one line.
    pub(super) fn error(&self, kind: ModelErrorKind, detail: &str) -> ModelError {
        error(&self.model, kind, detail)
    }

    /// Returns the model's identity as text, for messages.
    pub(super) fn model(&self) -> &str {
        &self.model
    }
}

/// Creates an error of a model, as one line.
pub(super) fn error(model: &str, kind: ModelErrorKind, detail: &str) -> ModelError {
    ModelError::new(kind, format!("{model}: {}", one_line(detail, MAX_STDERR_CHARS)))
}

/// Appends the end of a process's standard error to a message.
pub(super) fn with_stderr(what: &str, stderr: &str) -> String {
    if stderr.is_empty() {
        return what.to_owned();
    }
    // The last lines say most.
    let skipped = stderr
        .chars()
        .count()
        .saturating_sub(MAX_STDERR_CHARS.saturating_sub(what.len() + 20));
    let end: String = stderr.chars().skip(skipped).collect();
    format!("{what}; standard error: {end}")
}

/// Returns `true` if the program of a command exists, as far as that can be found out.
pub(super) fn is_found(entry: &ExecEntry, env: Environment<'_>) -> bool {
    let program = entry.command.first().map_or("", String::as_str);
    match env("PATH") {
        Some(path) if !program.contains('/') => {
            std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
        }
        None if !program.contains('/') => true,
        _ => Path::new(program).is_file(),
    }
}

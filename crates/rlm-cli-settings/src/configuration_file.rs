//! Reads the configuration files: the project's `rlm.toml` in the current folder, and the user's
//! own file, which applies everywhere.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use rlm_adapters::{ExecEntry, ModelEntry, ModelSpec, ModelTable};
use rlm_cli_output::failure::Failure;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::environment::{Environment, USER_FILE_VARIABLE, VariableSource};
use crate::folders;

/// The scope of a configuration file. The project's file takes precedence over the user's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// The file applies to commands in the current folder.
    Project,
    /// The file applies to all commands of the user.
    User,
}

impl Scope {
    /// Returns the scope's name in messages, `project` or `user`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::User => "user",
        }
    }
}

/// The flags whose values are commands.
const COMMAND_FLAGS: [&str; 2] = ["tool", "mcp"];

/// A configuration file that was read and parsed.
#[derive(Debug)]
pub struct ConfigurationFile {
    path: PathBuf,
    text: String,
    table: ModelTable,
}

/// The location of a key in a configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The path of the configuration file.
    pub path: PathBuf,
    /// The line of the key, from 1; `None` if it is unknown.
    pub line: Option<usize>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        self.line.map_or(Ok(()), |line| write!(f, ":{line}"))
    }
}

impl ConfigurationFile {
    /// Reads and parses a configuration file. Returns `None` if the file does not exist.
    ///
    /// # Errors
    /// [`Failure::ConfigurationFile`] if the file can't be read, or its content is invalid.
    pub fn read(path: &Path) -> Result<Option<Self>, Failure> {
        let wrong = |detail| Failure::ConfigurationFile {
            path: path.to_owned(),
            detail,
        };
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(wrong(cause.to_string())),
        };
        let table = ModelTable::from_toml(&text).map_err(wrong)?;
        Ok(Some(Self {
            path: path.to_owned(),
            text,
            table,
        }))
    }

    /// Returns the models of providers that this configuration file describes, with their names.
    pub fn models(&self) -> impl Iterator<Item = (&String, &ModelEntry)> {
        self.table.models.iter()
    }

    /// Returns the models that are commands in this configuration file, with their names.
    pub fn commands(&self) -> impl Iterator<Item = (&String, &ExecEntry)> {
        self.table.commands.iter()
    }

    /// Returns all models that this configuration file describes, with their names.
    fn specs(&self) -> impl Iterator<Item = (String, ModelSpec)> {
        let models = self.models().map(|(name, entry)| ModelSpec::Configured {
            name: name.clone(),
            entry: Box::new(entry.clone()),
        });
        let commands = self.commands().map(|(name, entry)| ModelSpec::Exec {
            name: name.clone(),
            entry: Box::new(entry.clone()),
        });
        models.chain(commands).map(|spec| (spec.to_string(), spec))
    }

    /// Returns an error if the file defines a command, which runs with the permissions of the user,
    /// but the user may not be the file's author.
    fn without_foreign_commands(self, scope: Scope, environment: &Environment) -> Result<Self, Failure> {
        let model = self.commands().next();
        let model = model.map(|(name, _)| ("models", name.as_str(), format!("[models.{name}]")));
        let flag = COMMAND_FLAGS
            .into_iter()
            .find(|flag| self.table.run.contains_key(*flag));
        let flag = flag.map(|flag| ("run", flag, format!("`{flag}` below [run]")));
        let Some((table, key, shown)) = model.or(flag) else {
            return Ok(self);
        };
        let advice = match (scope, environment.source_of(USER_FILE_VARIABLE)) {
            (Scope::Project, _) => {
                let own = folders::user_file(environment);
                let own = own.map_or_else(|| "your own one".to_owned(), |path| path.display().to_string());
                format!("which a file in a project's folder must not do; move it to {own}")
            }
            (Scope::User, Some(VariableSource::File(variables))) => format!(
                "which a file that {} names must not do; set {USER_FILE_VARIABLE} in your shell instead",
                variables.display()
            ),
            (Scope::User, _) => return Ok(self),
        };
        let line = line_of(&self.text, table, key);
        let line = line.map(|line| format!("line {line}: ")).unwrap_or_default();
        Err(Failure::ConfigurationFile {
            detail: format!("{line}{shown} runs a command, {advice}"),
            path: self.path,
        })
    }

    /// Returns the entries of the table `[run]` in this configuration file, with their keys as
    /// written.
    pub fn run(&self) -> impl Iterator<Item = (&String, &toml::Value)> {
        self.table.run.iter()
    }

    /// Returns the path and line of a key in a table of this configuration file.
    pub fn place(&self, table: &str, key: &str) -> Place {
        Place {
            path: self.path.clone(),
            line: line_of(&self.text, table, key),
        }
    }

    /// Creates an error about a key of the table `[run]`, with the file and line.
    pub fn wrong(&self, key: &str, detail: &str) -> Failure {
        let line = line_of(&self.text, "run", key);
        let line = line.map(|line| format!("line {line}: ")).unwrap_or_default();
        Failure::ConfigurationFile {
            path: self.path.clone(),
            detail: format!("{line}`run.{key}`: {detail}"),
        }
    }
}

/// Returns the paths of the configuration files, in order of precedence. They may not exist.
pub fn paths(environment: &Environment) -> Vec<(Scope, PathBuf)> {
    let project = environment.project_file().map(|path| (Scope::Project, path.to_owned()));
    let user = folders::user_file(environment).map(|path| (Scope::User, path));
    project.into_iter().chain(user).collect()
}

/// Reads the configuration files that exist, in order of precedence. Only the user's own file may
/// define models that are commands.
///
/// # Errors
/// [`Failure::ConfigurationFile`].
pub fn read_all(environment: &Environment) -> Result<Vec<(Scope, ConfigurationFile)>, Failure> {
    let mut files = Vec::new();
    for (scope, path) in paths(environment) {
        if let Some(file) = ConfigurationFile::read(&path)? {
            files.push((scope, file.without_foreign_commands(scope, environment)?));
        }
    }
    Ok(files)
}

/// Returns the models that configuration files describe, keyed by their names.
///
/// # Errors
/// [`Failure::ConfigurationFile`].
pub fn models(environment: &Environment) -> Result<BTreeMap<String, ModelSpec>, Failure> {
    let placed = placed_models(environment)?.into_iter();
    Ok(placed.map(|(name, (spec, _))| (name, spec)).collect())
}

/// Returns the models that configuration files describe, each with the location of its entry. If
/// both files describe a name, the project's entry is returned.
///
/// # Errors
/// [`Failure::ConfigurationFile`].
pub fn placed_models(environment: &Environment) -> Result<BTreeMap<String, (ModelSpec, Place)>, Failure> {
    let mut models = BTreeMap::new();
    for (_, file) in read_all(environment)?.iter().rev() {
        for (name, spec) in file.specs() {
            let place = file.place("models", &name);
            models.insert(name, (spec, place));
        }
    }
    Ok(models)
}

/// Returns the line number, from 1, at which a table of a TOML text contains a key.
fn line_of(text: &str, table: &str, key: &str) -> Option<usize> {
    let root = DeTable::parse(text).ok()?;
    let (_, inner) = find(root.get_ref(), table)?;
    let DeValue::Table(inner) = inner.get_ref() else {
        return None;
    };
    let (name, _) = find(inner, key)?;
    let before = text.get(..name.span().start)?;
    Some(before.matches('\n').count().saturating_add(1))
}

/// Returns the entry of a parsed TOML table: the key with its position, and the value.
fn find<'t, 'i>(
    table: &'t DeTable<'i>,
    key: &str,
) -> Option<(&'t Spanned<std::borrow::Cow<'i, str>>, &'t Spanned<DeValue<'i>>)> {
    table.iter().find(|(name, _)| name.get_ref() == key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn setting_lines_are_found_in_every_table_syntax() {
        let text =
            "# mine\n[run]\nmodel = \"a\"\n\nstop = [\n  \"x\",\n]\nmax_steps = 3\n\n[models.house]\nmodel = \"b\"\n";
        assert_eq!(line_of(text, "run", "model"), Some(3));
        assert_eq!(line_of(text, "run", "max_steps"), Some(8));
        assert_eq!(line_of(text, "models", "house"), Some(10));
        assert_eq!(line_of(text, "run", "seed"), None);
        assert_eq!(line_of("run.model = \"a\"\nrun.seed = 1\n", "run", "seed"), Some(2));
        assert_eq!(line_of("run = { seed = 1 }", "run", "seed"), Some(1));
    }
}

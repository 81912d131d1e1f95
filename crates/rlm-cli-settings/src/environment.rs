//! Variables of the process environment and of a `.env` file.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use rlm_cli_output::failure::Failure;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

/// The name of the project's configuration file, in the current folder. It describes models and
/// sets flags.
pub const PROJECT_FILE: &str = "rlm.toml";
/// The variable that names the folder of runs.
pub const DATA_VARIABLE: &str = "RLM_DATA_DIR";
/// The variable that names the user's configuration file.
pub const USER_FILE_VARIABLE: &str = "RLM_CONFIG";
/// The variable that sets the location of the reply cache, as `--cache` does.
pub const CACHE_VARIABLE: &str = "RLM_CACHE";
/// The variable that sets the maximum depth of sub-calls, as `--max-depth` does.
pub const MAX_DEPTH_VARIABLE: &str = "MAX_RECURSION_DEPTH";
/// The variable that sets the time limit in seconds, as `--max-seconds` does.
pub const MAX_SECONDS_VARIABLE: &str = "EXECUTION_TIMEOUT";
/// The variable that sets the characters of a chunk, for programs that name no size.
pub const CHUNK_CHARS_VARIABLE: &str = "DEFAULT_CHUNK_SIZE";
/// The variable that sets the maximum characters of a context.
pub const CONTEXT_CHARS_VARIABLE: &str = "MAX_CONTEXT_SIZE";
/// The variables that set limits of runs.
const LIMIT_VARIABLES: [&str; 4] = [
    MAX_DEPTH_VARIABLE,
    MAX_SECONDS_VARIABLE,
    CHUNK_CHARS_VARIABLE,
    CONTEXT_CHARS_VARIABLE,
];
/// The name of the file with variables, in the current folder.
pub const VARIABLES_FILE: &str = ".env";

/// The variables and the project's configuration file, which the program uses in addition to its
/// arguments. Variables of the process take precedence over those of the `.env` file.
#[derive(Clone)]
pub struct Environment {
    process: fn(&str) -> Option<String>,
    variables: Option<PathBuf>,
    file: HashMap<String, SecretString>,
    project: Option<PathBuf>,
    /// Values that take precedence over both.
    stated: HashMap<&'static str, String>,
}

/// Where a variable is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VariableSource {
    /// In the environment of the process.
    Process,
    /// In this file.
    File(PathBuf),
}

impl Environment {
    /// Reads the named file, which must exist, or else `.env` in the current folder, if it exists.
    /// Skips lines that can't be parsed.
    ///
    /// # Errors
    /// [`Failure::EnvironmentFile`].
    pub fn load(named: Option<&Path>) -> Result<Self, Failure> {
        let path = named.unwrap_or_else(|| Path::new(VARIABLES_FILE));
        let (variables, file) = match (named, variables(path)) {
            (_, Ok(file)) => (Some(path.to_owned()), file),
            (None, Err(_)) => (None, HashMap::new()),
            (Some(path), Err(cause)) => {
                return Err(Failure::EnvironmentFile {
                    path: path.to_owned(),
                    cause,
                });
            }
        };
        Ok(Self {
            process: |name| std::env::var(name).ok(),
            variables,
            file,
            project: Some(PROJECT_FILE.into()),
            stated: HashMap::new(),
        })
    }

    /// Creates an environment without any variables.
    #[cfg(test)]
    pub fn empty() -> Self {
        Self {
            process: |_| None,
            variables: None,
            file: HashMap::new(),
            project: None,
            stated: HashMap::from([(USER_FILE_VARIABLE, String::from("nowhere.toml"))]),
        }
    }

    /// Creates an environment with these variables and this project configuration file.
    #[cfg(test)]
    pub fn of(project: &Path, variables: &[(&'static str, &str)]) -> Self {
        let mut environment = Self::empty();
        environment.project = Some(project.to_owned());
        let variables = variables.iter().map(|(name, value)| (*name, (*value).to_owned()));
        environment.stated.extend(variables);
        environment
    }

    /// Returns the value of a variable.
    pub fn get(&self, name: &str) -> Option<String> {
        let stated = self.stated.get(name).cloned();
        stated
            .or_else(|| (self.process)(name))
            .or_else(|| Some(self.file.get(name)?.expose_secret().to_owned()))
    }

    /// Returns the value of a variable; `None` if it is blank.
    pub fn stated(&self, name: &str) -> Option<String> {
        self.get(name).filter(|value| !value.trim().is_empty())
    }

    /// Returns the value of a variable that may hold a key. Its memory is zeroed when it is
    /// dropped.
    pub fn secret(&self, name: &str) -> Option<SecretString> {
        self.get(name).map(SecretString::from)
    }

    /// Returns where a variable is set.
    pub fn source_of(&self, name: &str) -> Option<VariableSource> {
        if self.stated.contains_key(name) || (self.process)(name).is_some() {
            return Some(VariableSource::Process);
        }
        let file = self.variables.as_ref().filter(|_| self.file.contains_key(name));
        file.cloned().map(VariableSource::File)
    }

    /// Returns the path of the `.env` file, if one was read.
    pub fn variables_file(&self) -> Option<&Path> {
        self.variables.as_deref()
    }

    /// Returns this environment with `folder` as the folder of runs, which overrides all variables.
    pub fn with_data(mut self, folder: &Path) -> Self {
        self.stated.insert(DATA_VARIABLE, folder.display().to_string());
        self
    }

    /// Returns this environment without the variables that set limits of runs.
    pub fn without_limits(mut self) -> Self {
        // A blank variable counts as unset.
        self.stated.extend(LIMIT_VARIABLES.map(|name| (name, String::new())));
        self
    }

    /// Returns the path of the project's configuration file.
    pub fn project_file(&self) -> Option<&Path> {
        self.project.as_deref()
    }
}

/// Reads a `.env` file. All values are secret strings, since any of them may be a key.
fn variables(path: &Path) -> io::Result<HashMap<String, SecretString>> {
    let bytes = Zeroizing::new(std::fs::read(path)?);
    Ok(dotenvy::from_read_iter(bytes.as_slice())
        .filter_map(Result::ok)
        .map(|(name, value)| (name, SecretString::from(value)))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_process_comes_before_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        std::fs::write(&path, "# keys\nRLM_TEST_ONLY_IN_FILE='from the file'\nPATH=nowhere\n").unwrap();
        let environment = Environment::load(Some(&path)).unwrap();
        assert_eq!(
            environment.get("RLM_TEST_ONLY_IN_FILE").as_deref(),
            Some("from the file")
        );
        assert_eq!(environment.get("PATH"), std::env::var("PATH").ok());
        assert_eq!(environment.get("RLM_TEST_NOWHERE"), None);
        assert_eq!(environment.source_of("PATH"), Some(VariableSource::Process));
        assert_eq!(
            environment.source_of("RLM_TEST_ONLY_IN_FILE"),
            Some(VariableSource::File(path))
        );
        assert_eq!(environment.source_of("RLM_TEST_NOWHERE"), None);
    }
}

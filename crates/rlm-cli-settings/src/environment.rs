//! The environment variables of the process and of a `.env` file.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use rlm_cli_output::failure::Failure;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

/// The name of the project's configuration file in the current folder, which describes models and
/// sets flags.
pub const PROJECT_FILE: &str = "rlm.toml";
/// The environment variable that names the folder of runs.
pub const DATA_VARIABLE: &str = "RLM_DATA_DIR";
/// The environment variable with the URL of the database of runs, as `--database-url`.
pub const DATABASE_VARIABLE: &str = "RLM_DATABASE_URL";
/// The environment variable that names the user's configuration file.
pub const USER_FILE_VARIABLE: &str = "RLM_CONFIG";
/// The environment variable that sets the location of the reply cache, as `--cache` does.
pub const CACHE_VARIABLE: &str = "RLM_CACHE";
/// The environment variable that sets the maximum depth of sub-calls, as `--max-depth` does.
pub const MAX_DEPTH_VARIABLE: &str = "MAX_RECURSION_DEPTH";
/// The environment variable that sets the time limit in seconds, as `--max-seconds` does.
pub const MAX_SECONDS_VARIABLE: &str = "EXECUTION_TIMEOUT";
/// The environment variable that sets the default chunk size, in characters.
pub const CHUNK_CHARS_VARIABLE: &str = "DEFAULT_CHUNK_SIZE";
/// The environment variable that sets the maximum size of a context, in characters.
pub const CONTEXT_CHARS_VARIABLE: &str = "MAX_CONTEXT_SIZE";
/// The environment variables that set limits of runs.
const LIMIT_VARIABLES: [&str; 4] = [
    MAX_DEPTH_VARIABLE,
    MAX_SECONDS_VARIABLE,
    CHUNK_CHARS_VARIABLE,
    CONTEXT_CHARS_VARIABLE,
];
/// The default name of the file that sets environment variables, in the current folder.
pub const VARIABLES_FILE: &str = ".env";

/// The environment of the program: variables of the process and of a `.env` file, and the path of
/// the project's configuration file. Variables of the process take precedence.
#[derive(Clone)]
pub struct Environment {
    process: fn(&str) -> Option<String>,
    variables: Option<PathBuf>,
    file: HashMap<String, SecretString>,
    project: Option<PathBuf>,
    /// Values of variables that override both the process and the `.env` file.
    stated: HashMap<&'static str, String>,
}

/// The origin of an environment variable's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VariableSource {
    /// The variable is set in the environment of the process.
    Process,
    /// The variable is set in this `.env` file.
    File(PathBuf),
}

impl Environment {
    /// Reads the variables of the named file, or else of `.env` in the current folder. Only a named
    /// file must exist. Lines that can't be parsed are skipped.
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

    /// Creates an environment with the given variables and project configuration file.
    #[cfg(test)]
    pub fn of(project: &Path, variables: &[(&'static str, &str)]) -> Self {
        let mut environment = Self::empty();
        environment.project = Some(project.to_owned());
        let variables = variables.iter().map(|(name, value)| (*name, (*value).to_owned()));
        environment.stated.extend(variables);
        environment
    }

    /// Returns the value of an environment variable.
    pub fn get(&self, name: &str) -> Option<String> {
        let stated = self.stated.get(name).cloned();
        stated
            .or_else(|| (self.process)(name))
            .or_else(|| Some(self.file.get(name)?.expose_secret().to_owned()))
    }

    /// Returns the value of an environment variable; `None` if it is unset or blank.
    pub fn stated(&self, name: &str) -> Option<String> {
        self.get(name).filter(|value| !value.trim().is_empty())
    }

    /// Returns the value of an environment variable that may contain a key. The memory of the value
    /// is zeroed on drop.
    pub fn secret(&self, name: &str) -> Option<SecretString> {
        self.get(name).map(SecretString::from)
    }

    /// Returns where an environment variable is set; `None` if it is unset.
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

    /// Returns this environment with the database at `url`, which overrides all variables.
    pub fn with_database(mut self, url: String) -> Self {
        self.stated.insert(DATABASE_VARIABLE, url);
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

/// Reads the variables of a `.env` file. All values are secret strings, since any of them may be a
/// key.
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
    fn process_environment_overrides_the_env_file() {
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

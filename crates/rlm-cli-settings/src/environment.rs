//! Variables of the environment and of a `.env` file.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use rlm_cli_output::failure::Failure;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

/// The file that describes models and states flags, in the current folder.
pub const PROJECT_FILE: &str = "rlm.toml";
/// The variable that names the folder of runs.
pub const DATA_VARIABLE: &str = "RLM_DATA_DIR";
/// The variable that names the user's file of configuration.
pub const USER_FILE_VARIABLE: &str = "RLM_CONFIG";
/// The variable that says what `--cache` would.
pub const CACHE_VARIABLE: &str = "RLM_CACHE";
/// The variable that says what `--max-depth` would.
pub const MAX_DEPTH_VARIABLE: &str = "MAX_RECURSION_DEPTH";
/// The variable that says what `--max-seconds` would.
pub const MAX_SECONDS_VARIABLE: &str = "EXECUTION_TIMEOUT";
/// The file of variables, in the current folder.
pub const VARIABLES_FILE: &str = ".env";

/// What the program goes by beside its arguments. Variables of the process come before those of the file.
#[derive(Clone)]
pub struct Environment {
    process: fn(&str) -> Option<String>,
    variables: Option<PathBuf>,
    file: HashMap<String, SecretString>,
    project: Option<PathBuf>,
    /// Comes before both.
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
    /// Reads the file that is named, which must be there, or `.env` in the current folder, where there is one. Lines that can't
    /// be read are left out.
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

    /// Makes an environment in which nothing is set.
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

    /// Makes an environment with these variables, and a project with this file.
    #[cfg(test)]
    pub fn of(project: &Path, variables: &[(&'static str, &str)]) -> Self {
        let mut environment = Self::empty();
        environment.project = Some(project.to_owned());
        let variables = variables.iter().map(|(name, value)| (*name, (*value).to_owned()));
        environment.stated.extend(variables);
        environment
    }

    /// Returns a variable.
    pub fn get(&self, name: &str) -> Option<String> {
        let stated = self.stated.get(name).cloned();
        stated
            .or_else(|| (self.process)(name))
            .or_else(|| Some(self.file.get(name)?.expose_secret().to_owned()))
    }

    /// Returns a variable that says something: a blank one does not.
    pub fn stated(&self, name: &str) -> Option<String> {
        self.get(name).filter(|value| !value.trim().is_empty())
    }

    /// Returns a variable that may hold a key: its memory is overwritten when it is dropped.
    pub fn secret(&self, name: &str) -> Option<SecretString> {
        self.get(name).map(SecretString::from)
    }

    /// Says where a variable is set.
    pub fn source_of(&self, name: &str) -> Option<VariableSource> {
        if self.stated.contains_key(name) || (self.process)(name).is_some() {
            return Some(VariableSource::Process);
        }
        let file = self.variables.as_ref().filter(|_| self.file.contains_key(name));
        file.cloned().map(VariableSource::File)
    }

    /// Returns the file of variables that was read, where there was one.
    pub fn variables_file(&self) -> Option<&Path> {
        self.variables.as_deref()
    }

    /// Returns this environment with runs kept in this folder, whatever variables say.
    pub fn with_data(mut self, folder: &Path) -> Self {
        self.stated.insert(DATA_VARIABLE, folder.display().to_string());
        self
    }

    /// Returns the path of the project's file of configuration.
    pub fn project_file(&self) -> Option<&Path> {
        self.project.as_deref()
    }
}

/// Any of them may be a key.
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

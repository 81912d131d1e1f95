//! Variables of the environment and of a `.env` file, and what `rlm.toml` says of models and runs.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};

use rlm_adapters::{ModelEntry, ModelTable};

use crate::failure::Failure;

/// The file that describes models and states flags, in the current folder.
const PROJECT_FILE: &str = "rlm.toml";

/// What the program goes by beside its arguments. Variables of the process come before those of the file.
pub(crate) struct Environment {
    process: fn(&str) -> Option<String>,
    file: HashMap<String, String>,
    project: PathBuf,
    /// Comes before both.
    stated: HashMap<&'static str, String>,
}

impl Environment {
    /// Reads the file that is named, which must be there, or `.env` in the current folder, where there is one. Lines that can't
    /// be read are left out.
    ///
    /// # Errors
    /// [`Failure::EnvironmentFile`].
    pub(crate) fn load(named: Option<&Path>) -> Result<Self, Failure> {
        let file = match (named, variables(named.unwrap_or_else(|| Path::new(".env")))) {
            (_, Ok(file)) => file,
            (None, Err(_)) => HashMap::new(),
            (Some(path), Err(cause)) => {
                return Err(Failure::EnvironmentFile {
                    path: path.to_owned(),
                    cause,
                });
            }
        };
        Ok(Self {
            process: |name| std::env::var(name).ok(),
            file,
            project: PROJECT_FILE.into(),
            stated: HashMap::new(),
        })
    }

    /// Makes an environment in which nothing is set.
    #[cfg(test)]
    pub(crate) fn empty() -> Self {
        Self {
            process: |_| None,
            file: HashMap::new(),
            project: PathBuf::new(),
            stated: HashMap::new(),
        }
    }

    /// Returns a variable.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        let stated = self.stated.get(name).cloned();
        stated
            .or_else(|| (self.process)(name))
            .or_else(|| self.file.get(name).cloned())
    }

    /// Returns this environment with runs kept in this folder, whatever variables say.
    pub(crate) fn with_data(mut self, folder: &Path) -> Self {
        self.stated.insert("RLM_DATA_DIR", folder.display().to_string());
        self
    }

    /// Returns the models that the user has described under names of their own; none where there is no file.
    ///
    /// # Errors
    /// [`Failure::ModelsFile`].
    pub(crate) fn models(&self) -> Result<BTreeMap<String, ModelEntry>, Failure> {
        Ok(self.project()?.models)
    }

    /// Returns the flags of `rlm run` that the project states, by their names.
    ///
    /// # Errors
    /// [`Failure::ModelsFile`].
    pub(crate) fn stated_flags(&self) -> Result<BTreeMap<String, toml::Value>, Failure> {
        Ok(self.project()?.run)
    }

    /// Says what is wrong with the project's file.
    pub(crate) fn wrong_file(&self, detail: String) -> Failure {
        Failure::ModelsFile {
            path: self.project.clone(),
            detail,
        }
    }

    fn project(&self) -> Result<ModelTable, Failure> {
        match std::fs::read_to_string(&self.project) {
            Ok(text) => ModelTable::from_toml(&text).map_err(|detail| self.wrong_file(detail)),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(ModelTable::default()),
            Err(cause) => Err(self.wrong_file(cause.to_string())),
        }
    }
}

fn variables(path: &Path) -> io::Result<HashMap<String, String>> {
    let bytes = std::fs::read(path)?;
    Ok(dotenvy::from_read_iter(bytes.as_slice())
        .filter_map(Result::ok)
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
    }
}

//! Variables of the environment, and of a `.env` file where there is one.

use std::collections::HashMap;
use std::path::Path;

/// The variables that the program goes by. Those of the process come before those of the file.
pub(crate) struct Environment {
    process: fn(&str) -> Option<String>,
    file: HashMap<String, String>,
}

impl Environment {
    /// Reads `.env` in the current folder, where there is one. What can't be read in it is left out.
    pub(crate) fn load() -> Self {
        Self::with_file(Path::new(".env"))
    }

    fn with_file(path: &Path) -> Self {
        let file = dotenvy::from_path_iter(path).map(|variables| variables.filter_map(Result::ok).collect());
        Self {
            process: |name| std::env::var(name).ok(),
            file: file.unwrap_or_default(),
        }
    }

    /// Makes an environment in which nothing is set.
    #[cfg(test)]
    pub(crate) fn empty() -> Self {
        Self {
            process: |_| None,
            file: HashMap::new(),
        }
    }

    /// Returns a variable.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        (self.process)(name).or_else(|| self.file.get(name).cloned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_process_comes_before_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        std::fs::write(&path, "# keys\nRLM_TEST_ONLY_IN_FILE='from the file'\nPATH=nowhere\n").unwrap();
        let environment = Environment::with_file(&path);
        assert_eq!(
            environment.get("RLM_TEST_ONLY_IN_FILE").as_deref(),
            Some("from the file")
        );
        assert_eq!(environment.get("PATH"), std::env::var("PATH").ok());
        assert_eq!(environment.get("RLM_TEST_NOWHERE"), None);
    }
}

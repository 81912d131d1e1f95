//! The default locations of runs, replies and the user's configuration file.

use std::path::PathBuf;

use directories::ProjectDirs;
use rlm_cli_output::failure::Failure;

use crate::environment::{DATA_VARIABLE, Environment, USER_FILE_VARIABLE};

/// Returns the folder of runs: `RLM_DATA_DIR`, or else the user's data folder of the operating
/// system.
///
/// # Errors
/// [`Failure::NoHome`] if there is neither.
pub fn data(environment: &Environment) -> Result<PathBuf, Failure> {
    let stated = environment.stated(DATA_VARIABLE);
    stated
        .map(PathBuf::from)
        .or_else(|| Some(project()?.data_dir().to_owned()))
        .ok_or(Failure::NoHome)
}

/// Returns the path of the user's configuration file: `RLM_CONFIG`, or else `config.toml` in the
/// user's configuration folder. The file may not exist.
pub fn user_file(environment: &Environment) -> Option<PathBuf> {
    let stated = environment.stated(USER_FILE_VARIABLE);
    stated
        .map(PathBuf::from)
        .or_else(|| Some(project()?.config_dir().join("config.toml")))
}

/// Returns the default folder of the reply cache, if the user has a cache folder.
pub(super) fn replies() -> Option<PathBuf> {
    Some(project()?.cache_dir().join("replies"))
}

fn project() -> Option<ProjectDirs> {
    ProjectDirs::from("", "", "rlm")
}

//! Where runs and replies are kept unless the user says otherwise.

use std::path::PathBuf;

use directories::ProjectDirs;
use rlm_cli_output::failure::Failure;

use crate::environment::{DATA_VARIABLE, Environment, USER_FILE_VARIABLE};

/// Returns the folder of runs: `RLM_DATA_DIR`, else the user's data folder of the operating system.
///
/// # Errors
/// [`Failure::NoHome`] where there is neither.
pub fn data(environment: &Environment) -> Result<PathBuf, Failure> {
    let stated = environment.stated(DATA_VARIABLE);
    stated
        .map(PathBuf::from)
        .or_else(|| Some(project()?.data_dir().to_owned()))
        .ok_or(Failure::NoHome)
}

/// Returns the user's file of configuration: `RLM_CONFIG`, else `config.toml` in the user's folder for such files. Nothing says that it is there.
pub fn user_file(environment: &Environment) -> Option<PathBuf> {
    let stated = environment.stated(USER_FILE_VARIABLE);
    stated
        .map(PathBuf::from)
        .or_else(|| Some(project()?.config_dir().join("config.toml")))
}

/// Returns the user's folder of replies, if the operating system has one.
pub(super) fn replies() -> Option<PathBuf> {
    Some(project()?.cache_dir().join("replies"))
}

fn project() -> Option<ProjectDirs> {
    ProjectDirs::from("", "", "rlm")
}

//! Where runs and replies are kept unless the user says otherwise.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use crate::args::CacheArguments;
use crate::output::failure::Failure;
use crate::settings::environment::{Environment, USER_FILE_VARIABLE};

/// Returns the folder of runs: `RLM_DATA_DIR`, else the user's data folder of the operating system.
///
/// # Errors
/// [`Failure::NoHome`] where there is neither.
pub(crate) fn data(environment: &Environment) -> Result<PathBuf, Failure> {
    let stated = environment.get("RLM_DATA_DIR").filter(|path| !path.is_empty());
    stated
        .map(PathBuf::from)
        .or_else(|| Some(project()?.data_dir().to_owned()))
        .ok_or(Failure::NoHome)
}

/// Returns the user's file of configuration: `RLM_CONFIG`, else `config.toml` in the user's folder for such files. Nothing says that it is there.
pub(crate) fn user_file(environment: &Environment) -> Option<PathBuf> {
    let stated = environment.get(USER_FILE_VARIABLE).filter(|path| !path.is_empty());
    stated
        .map(PathBuf::from)
        .or_else(|| Some(project()?.config_dir().join("config.toml")))
}

/// Where replies are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CachePlace {
    /// In this folder.
    Folder(PathBuf),
    /// In memory, as long as the process lives.
    Memory,
}

/// Returns the folder that was stated, or `off`. Where journals may not hold all texts, these are kept nowhere else unless that was
/// stated.
pub(crate) fn stated_cache(arguments: &CacheArguments, texts: rlm_trace::JournalTexts) -> Option<&Path> {
    match (&arguments.cache, texts) {
        (Some(stated), _) => Some(stated),
        (None, rlm_trace::JournalTexts::Full) => None,
        (None, _) => Some(Path::new("off")),
    }
}

/// Returns where replies are kept: as the argument says, else `RLM_CACHE`, else the user's cache folder.
pub(crate) fn cache(stated: Option<&Path>, environment: &Environment) -> CachePlace {
    let stated = stated.map(Path::to_owned).or_else(|| {
        let variable = environment.get("RLM_CACHE").filter(|path| !path.is_empty());
        variable.map(PathBuf::from)
    });
    match stated {
        Some(path) if path.as_os_str() == "off" => CachePlace::Memory,
        Some(path) => CachePlace::Folder(path),
        None => project().map_or(CachePlace::Memory, |project| {
            CachePlace::Folder(project.cache_dir().join("replies"))
        }),
    }
}

/// Returns where the texts of PDF and DOCX files are kept: beside the replies, as `NAME.texts`; nowhere where these are in memory.
pub(crate) fn extraction_cache(stated: Option<&Path>, environment: &Environment) -> Option<PathBuf> {
    beside_replies(stated, environment, ".texts")
}

/// Returns where the indexes of large contexts are kept: beside the replies, as `NAME.indexes`; nowhere where these are in memory.
pub(crate) fn index_cache(stated: Option<&Path>, environment: &Environment) -> Option<PathBuf> {
    beside_replies(stated, environment, ".indexes")
}

fn beside_replies(stated: Option<&Path>, environment: &Environment, ending: &str) -> Option<PathBuf> {
    match cache(stated, environment) {
        CachePlace::Folder(replies) => {
            let mut name = replies.file_name()?.to_owned();
            name.push(ending);
            Some(replies.with_file_name(name))
        }
        CachePlace::Memory => None,
    }
}

fn project() -> Option<ProjectDirs> {
    ProjectDirs::from("", "", "rlm")
}

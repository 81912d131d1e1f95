//! The location and limits of the reply cache, and the locations of the caches next to it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rlm_cache::Cache;
use rlm_cli_output::failure::Failure;
use rlm_trace::JournalTexts;

use crate::args::CacheArguments;
use crate::environment::{CACHE_VARIABLE, Environment};
use crate::folders;

/// The value of `--cache` and `RLM_CACHE` that disables the cache folder, so that replies are only
/// kept in memory.
pub(crate) const OFF: &str = "off";

/// The location of the reply cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CachePlace {
    /// Replies are cached in this folder.
    Folder(PathBuf),
    /// Replies are cached in memory, for the lifetime of the process.
    Memory,
}

impl CachePlace {
    /// Returns the location of the reply cache: `stated`, else `RLM_CACHE`, else the user's cache
    /// folder.
    pub fn new(stated: Option<&Path>, environment: &Environment) -> Self {
        let stated = stated
            .map(Path::to_owned)
            .or_else(|| environment.stated(CACHE_VARIABLE).map(PathBuf::from));
        match stated {
            Some(path) if path.as_os_str() == OFF => Self::Memory,
            Some(path) => Self::Folder(path),
            None => folders::replies().map_or(Self::Memory, Self::Folder),
        }
    }

    /// Returns the value of `--cache` for this place, which a journal records: an absolute path, or
    /// `off`. `None` for the user's cache folder.
    pub(crate) fn stated(&self) -> Option<PathBuf> {
        match self {
            Self::Memory => Some(PathBuf::from(OFF)),
            Self::Folder(folder) if folders::replies().as_ref() == Some(folder) => None,
            // The run may be resumed from another folder.
            Self::Folder(folder) => Some(std::path::absolute(folder).unwrap_or_else(|_| folder.clone())),
        }
    }

    /// Returns the cache folder of texts extracted from PDF and DOCX files: `NAME.texts`, next to
    /// the replies. `None` if replies are kept in memory.
    pub fn extractions(&self) -> Option<PathBuf> {
        self.beside(".texts")
    }

    /// Returns the cache folder of the indexes of large contexts: `NAME.indexes`, next to the
    /// replies. `None` if replies are kept in memory.
    pub fn indexes(&self) -> Option<PathBuf> {
        self.beside(".indexes")
    }

    fn beside(&self, ending: &str) -> Option<PathBuf> {
        match self {
            Self::Folder(replies) => {
                let mut name = replies.file_name()?.to_owned();
                name.push(ending);
                Some(replies.with_file_name(name))
            }
            Self::Memory => None,
        }
    }
}

/// The settings of the reply cache: its location and its limits.
#[derive(Debug, Clone)]
pub struct CacheSettings {
    /// The location of the reply cache.
    pub place: CachePlace,
    megabytes: u32,
    days: Option<u32>,
}

impl CacheSettings {
    /// Converts cache arguments to settings, for runs whose journals record `texts`. If journals
    /// withhold texts, replies stay in memory, unless the arguments name a folder.
    pub fn lower(arguments: &CacheArguments, texts: JournalTexts, environment: &Environment) -> Self {
        Self::resumed(arguments, None, texts, environment)
    }

    /// Converts cache arguments to settings, as [`lower`](Self::lower) does. If the arguments don't
    /// state a place, it is that of the recorded run.
    pub fn resumed(
        arguments: &CacheArguments,
        recorded: Option<&Path>,
        texts: JournalTexts,
        environment: &Environment,
    ) -> Self {
        let stated = match (arguments.cache.as_deref().or(recorded), texts) {
            (Some(stated), _) => Some(stated),
            (None, JournalTexts::Full) => None,
            (None, _) => Some(Path::new(OFF)),
        };
        Self {
            place: CachePlace::new(stated, environment),
            megabytes: arguments.cache_size,
            days: arguments.cache_days,
        }
    }

    /// Opens the reply cache. A cache folder is only accessed at the first sub-call.
    ///
    /// # Errors
    /// [`Failure::Cache`] if a file exists at the folder's path.
    pub fn open(&self) -> Result<Arc<Cache>, Failure> {
        let CachePlace::Folder(folder) = &self.place else {
            return Ok(Arc::new(Cache::memory()));
        };
        let cache = Cache::open(folder.clone())?.with_disk_limit(u64::from(self.megabytes) << 20);
        Ok(Arc::new(match self.days {
            Some(days) => cache.with_longest(Duration::from_secs(u64::from(days) * 24 * 60 * 60)),
            None => cache,
        }))
    }
}

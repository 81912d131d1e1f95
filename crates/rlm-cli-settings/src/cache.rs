//! Where replies are kept between runs, and what is kept beside them.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rlm_cache::Cache;
use rlm_cli_output::failure::Failure;
use rlm_trace::JournalTexts;

use crate::args::CacheArguments;
use crate::environment::{CACHE_VARIABLE, Environment};
use crate::folders;

/// The value of `--cache` and `RLM_CACHE` that keeps replies in memory.
pub(crate) const OFF: &str = "off";

/// The place of replies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CachePlace {
    /// A folder.
    Folder(PathBuf),
    /// In memory, as long as the process lives.
    Memory,
}

impl CachePlace {
    /// Returns the place that the argument names, else `RLM_CACHE`, else the user's cache folder.
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

    /// Returns the folder of the texts of PDF and DOCX files: beside the replies, as `NAME.texts`; none if these are in memory.
    pub fn extractions(&self) -> Option<PathBuf> {
        self.beside(".texts")
    }

    /// Returns the folder of the indexes of large contexts: beside the replies, as `NAME.indexes`; none if these are in memory.
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

/// The cache of replies: its place and its bounds.
#[derive(Debug, Clone)]
pub struct CacheSettings {
    /// Where it is.
    pub place: CachePlace,
    megabytes: u32,
    days: Option<u32>,
}

impl CacheSettings {
    /// Lowers the arguments for runs whose journals hold these texts. If journals may not hold all of them, they are kept nowhere else
    /// unless a folder is named.
    pub fn lower(arguments: &CacheArguments, texts: JournalTexts, environment: &Environment) -> Self {
        let stated = match (&arguments.cache, texts) {
            (Some(stated), _) => Some(stated.as_path()),
            (None, JournalTexts::Full) => None,
            (None, _) => Some(Path::new(OFF)),
        };
        Self {
            place: CachePlace::new(stated, environment),
            megabytes: arguments.cache_size,
            days: arguments.cache_days,
        }
    }

    /// Makes the cache. A folder is opened at the first sub-call, not before.
    ///
    /// # Errors
    /// [`Failure::Cache`] if a file is in the folder's place.
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

//! `rlm cache`: shows, verifies and clears the caches on disk.

use std::path::{Path, PathBuf};

use rlm_cache::{CacheContents, CacheError};
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::table::{Align, table};
use rlm_cli_output::text::grouped;
use rlm_cli_output::{metrics, schemas};
use rlm_cli_settings::args::CacheCommand;
use rlm_cli_settings::cache::CachePlace;
use rlm_cli_settings::environment::Environment;

/// Runs a cache command. Returns the exit code.
pub(crate) fn run(command: &CacheCommand, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let (CacheCommand::Stats(arguments) | CacheCommand::Clear(arguments) | CacheCommand::Verify(arguments)) = command;
    let place = CachePlace::new(arguments.cache.as_deref(), environment);
    let CachePlace::Folder(folder) = &place else {
        console.say("replies are cached in memory only; there is no cache on disk");
        return Ok(0);
    };
    let beside = SideFolders::of(&place);
    match command {
        CacheCommand::Stats(_) => stats(folder, &beside, arguments.json, console),
        CacheCommand::Clear(_) => clear(folder, &beside, arguments.json, console),
        CacheCommand::Verify(_) => verify(folder, &beside, arguments.json, console),
    }
}

/// The cache folders for indexes and extracted texts, beside the folder of replies.
struct SideFolders {
    indexes: Option<PathBuf>,
    texts: Option<PathBuf>,
}

impl SideFolders {
    fn of(place: &CachePlace) -> Self {
        Self {
            indexes: place.indexes(),
            texts: place.extractions(),
        }
    }

    /// Returns the name, path and usage of each cache folder that exists.
    fn parts(&self) -> impl Iterator<Item = (&'static str, &Path, FolderUsage)> {
        let named = [("indexes", &self.indexes), ("texts", &self.texts)];
        named.into_iter().filter_map(|(name, folder)| {
            let folder = folder.as_deref()?;
            Some((name, folder, FolderUsage::by(folder)))
        })
    }
}

/// The usage of a cache folder: the number and the total size of its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct FolderUsage {
    entries: u64,
    bytes: u64,
}

impl FolderUsage {
    fn by(folder: &Path) -> Self {
        let Ok(entries) = std::fs::read_dir(folder) else {
            return Self::default();
        };
        entries.flatten().fold(Self::default(), |sum, entry| Self {
            entries: sum.entries.saturating_add(1),
            bytes: sum.bytes.saturating_add(bytes_below(&entry.path())),
        })
    }
}

fn bytes_below(path: &Path) -> u64 {
    match path.symlink_metadata() {
        Ok(metadata) if metadata.is_dir() => std::fs::read_dir(path)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| bytes_below(&entry.path()))
            .fold(0, u64::saturating_add),
        Ok(metadata) => metadata.len(),
        Err(_) => 0,
    }
}

fn stats(folder: &Path, beside: &SideFolders, as_json: bool, console: Console) -> Result<u8, Failure> {
    let contents = rlm_cache::count(folder)?;
    show(folder, &contents, beside, as_json, console)
}

/// Verifies the cached replies. Indexes are verified whenever they are opened. The exit code is 1
/// if a reply is damaged.
fn verify(folder: &Path, beside: &SideFolders, as_json: bool, console: Console) -> Result<u8, Failure> {
    let contents = rlm_cache::verify(folder)?;
    show(folder, &contents, beside, as_json, console)?;
    if contents.corrupt == 0 {
        return Ok(0);
    }
    if !as_json {
        let entries = if contents.corrupt == 1 { "entry" } else { "entries" };
        console.say(&format!("removed {} damaged {entries}", grouped(contents.corrupt)));
    }
    Ok(1)
}

fn show(
    folder: &Path,
    contents: &CacheContents,
    beside: &SideFolders,
    as_json: bool,
    console: Console,
) -> Result<u8, Failure> {
    if as_json {
        let files = |wanted: &str| {
            let mut parts = beside.parts();
            let (_, folder, held) = parts.find(|(name, ..)| *name == wanted)?;
            Some(schemas::Files {
                entries: held.entries,
                bytes_on_disk: held.bytes,
                folder: folder.to_owned(),
            })
        };
        console.json(&schemas::Cache {
            replies: schemas::Replies {
                entries: contents.replies,
                bytes: contents.bytes,
                bytes_on_disk: contents.bytes_on_disk,
                corrupt: contents.corrupt,
                folder: folder.to_owned(),
            },
            indexes: files("indexes"),
            texts: files("texts"),
        })?;
        return Ok(0);
    }
    let row = |name: &str, entries: u64, bytes: u64, folder: &Path| {
        [
            name.to_owned(),
            grouped(entries),
            metrics::bytes(bytes),
            folder.display().to_string(),
        ]
    };
    let mut rows = vec![["", "ENTRIES", "ON DISK", "FOLDER"].map(str::to_owned)];
    rows.push(row("replies", contents.replies, contents.bytes_on_disk, folder));
    rows.extend(
        beside
            .parts()
            .map(|(name, folder, held)| row(name, held.entries, held.bytes, folder)),
    );
    console.result(&table(&rows, [Align::Left, Align::Right, Align::Right, Align::Left]))?;
    Ok(0)
}

fn clear(folder: &Path, beside: &SideFolders, as_json: bool, console: Console) -> Result<u8, Failure> {
    let mut bytes = rlm_cache::clear(folder)?;
    for (_, folder, held) in beside.parts() {
        if folder.exists() {
            std::fs::remove_dir_all(folder).map_err(|error| CacheError::Write {
                folder: folder.to_owned(),
                detail: error.to_string(),
            })?;
            bytes = bytes.saturating_add(held.bytes);
        }
    }
    if as_json {
        console.json(&schemas::CacheCleared { removed_bytes: bytes })?;
    } else {
        console.say(&format!("removed {} from the cache", metrics::bytes(bytes)));
    }
    Ok(0)
}

//! Checks of the `.env` file, the folders, the reply cache and the terminal.

use std::path::{Path, PathBuf};

use rlm_cache::CacheError;
use rlm_cli_output::console::{Console, Stream};
use rlm_cli_output::metrics;
use rlm_cli_output::schemas::doctor::Check;
use rlm_cli_output::text::counted;
use rlm_cli_settings::cache::CachePlace;
use rlm_cli_settings::environment::{Environment, VARIABLES_FILE};
use rlm_cli_settings::folders;

/// The free disk space, in bytes, below which `rlm doctor` warns.
const LITTLE_ROOM: u64 = 1 << 30;
/// The free disk space, in bytes, below which the check of a folder fails: a journal might not fit.
const NO_ROOM: u64 = 16 << 20;
/// The terminal width, in columns, that tables and the live line need.
const COLUMNS: u16 = 80;

/// Checks that the `.env` file is readable, and private.
pub(super) fn variables_file(environment: &Environment) -> Option<Check> {
    let of = "variables";
    let Some(path) = environment.variables_file() else {
        let path = Path::new(VARIABLES_FILE);
        return path.exists().then(|| {
            let found = format!("{}: unreadable, ignored", path.display());
            Check::failed(of, found, "make it a readable text file")
        });
    };
    let bytes = std::fs::read(path).unwrap_or_default();
    let unread = dotenvy::from_read_iter(bytes.as_slice()).filter(Result::is_err).count();
    let name = path.display();
    Some(if unread > 0 {
        Check::warning(
            of,
            format!("{name}: ignored {}", counted(unread, "invalid line")),
            "write each line as NAME=VALUE, and quote values with spaces",
        )
    } else if is_open_to_others(path) {
        Check::warning(
            of,
            format!("{name}: readable by other users"),
            format!("chmod 600 {name}"),
        )
    } else {
        Check::ok(of, format!("{name}: read"))
    })
}

/// Checks the folders in which runs and cached replies are stored.
pub(super) fn folders(stated_cache: Option<&Path>, environment: &Environment) -> Vec<Check> {
    let mut checks = match folders::data(environment) {
        Ok(data) => folder("runs", &data, "RLM_DATA_DIR"),
        Err(failure) => vec![Check::failure("runs", &failure)],
    };
    match CachePlace::new(stated_cache, environment) {
        CachePlace::Folder(cache) => {
            checks.extend(folder("cache", &cache, "RLM_CACHE"));
            checks.push(replies(&cache));
        }
        CachePlace::Memory => checks.push(Check::ok("cache", "replies are cached in memory only")),
    }
    checks
}

/// Checks that a folder is writable and private, and that the disk has enough space.
fn folder(of: &str, folder: &Path, variable: &str) -> Vec<Check> {
    let name = folder.display();
    let otherwise = format!("make it a writable folder, or set {variable} to another one");
    let Some(existing) = nearest_existing(folder) else {
        return vec![Check::failed(of, format!("{name}: not found"), otherwise)];
    };
    // The file is deleted when the returned handle is dropped.
    if let Err(cause) = tempfile::tempfile_in(&existing) {
        return vec![Check::failed(of, format!("{name}: not writable: {cause}"), otherwise)];
    }
    let is_there = existing == folder;
    let written = if is_there && is_open_to_others(folder) {
        let found = format!("{name}: accessible to other users");
        Check::warning(of, found, format!("chmod 700 {name}"))
    } else if is_there {
        Check::ok(of, format!("{name}: writable"))
    } else {
        Check::ok(of, format!("{name}: will be created"))
    };
    std::iter::once(written).chain(room(of, &existing)).collect()
}

/// Returns `true` if users other than the owner may read a file or folder.
fn is_open_to_others(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        path.metadata()
            .is_ok_and(|found| found.permissions().mode() & 0o077 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

/// Returns a folder itself, or its nearest existing ancestor.
fn nearest_existing(folder: &Path) -> Option<PathBuf> {
    let folder = std::path::absolute(folder).ok()?;
    folder.ancestors().find(|path| path.exists()).map(Path::to_owned)
}

fn room(of: &str, folder: &Path) -> Option<Check> {
    let free = free_bytes(folder)?;
    let of = format!("room for {of}");
    let found = format!("{} free", metrics::bytes(free));
    let advice = "free some disk space; `rlm cache clear` clears the cache";
    Some(match free {
        0..NO_ROOM => Check::failed(of, found, advice),
        NO_ROOM..LITTLE_ROOM => Check::warning(of, found, advice),
        LITTLE_ROOM.. => Check::ok(of, found),
    })
}

/// Returns the disk space below a folder that is available to the user, in bytes; `None` if it is
/// unknown.
fn free_bytes(folder: &Path) -> Option<u64> {
    #[cfg(unix)]
    {
        let found = rustix::fs::statvfs(folder).ok()?;
        Some(found.f_bavail.saturating_mul(found.f_frsize))
    }
    #[cfg(not(unix))]
    {
        let _ = folder;
        None
    }
}

/// Checks the cached replies in a folder for damage.
fn replies(folder: &Path) -> Check {
    let of = "replies";
    match rlm_cache::count(folder) {
        Ok(contents) if contents.corrupt > 0 => Check::warning(
            of,
            format!("damaged entries: {}", rlm_cli_output::text::grouped(contents.corrupt)),
            "`rlm cache verify` removes damaged entries",
        ),
        Ok(contents) => {
            let replies = rlm_cli_output::text::grouped(contents.replies);
            Check::ok(
                of,
                format!("{replies} cached, {}", metrics::bytes(contents.bytes_on_disk)),
            )
        }
        Err(CacheError::Busy { .. }) => Check::ok(of, "in use by another process"),
        Err(error) => Check::failed(of, error.to_string(), "`rlm cache clear` starts a new one"),
    }
}

/// Checks the terminal: reports its width and its colours.
pub(super) fn terminal(console: Console) -> Check {
    let of = "terminal";
    let colors = |stream: Stream| {
        let (name, is_terminal) = (stream.name(), stream.is_terminal());
        let what = if is_terminal { "a terminal" } else { "a pipe or file" };
        let colors = if console.has_color_on(stream) {
            "with"
        } else {
            "without"
        };
        format!("{name} is {what}, {colors} colours")
    };
    let found = format!("{}; {}", colors(Stream::Output), colors(Stream::Error));
    match terminal_size::terminal_size() {
        None => Check::ok(of, found),
        Some((terminal_size::Width(width), terminal_size::Height(height))) => {
            let found = format!("{width} × {height}; {found}");
            if width < COLUMNS {
                Check::warning(
                    of,
                    found,
                    format!("widen it to {COLUMNS} columns; tables wrap in a narrower one"),
                )
            } else {
                Check::ok(of, found)
            }
        }
    }
}

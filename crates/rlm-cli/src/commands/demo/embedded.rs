//! The demos that the binary contains: their files, and the question of each.

use std::fs;
use std::io::{self, Cursor, Read as _};
use std::path::Path;

use serde::Deserialize;
use zip::ZipArchive;

/// The archive of all demos: a folder for each, with the files of [`DESCRIPTION`], [`RECORDING`]
/// and the context.
const ARCHIVE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/demos.zip"));
type Archive = ZipArchive<Cursor<&'static [u8]>>;

/// The file that describes a demo.
const DESCRIPTION: &str = "demo.toml";
/// The journal whose replies a demo replays.
pub(super) const RECORDING: &str = "recording.jsonl";

/// A demo: a question about texts, with the recording of a run that answered it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Demo {
    /// The name of the demo on the command line. It is the name of the demo's folder.
    #[serde(skip)]
    pub(super) name: String,
    /// The position of the demo in the list; the first is the default.
    order: u32,
    /// A description of the demo for the list, in half a sentence.
    pub(super) about: String,
    /// The question that the run answers.
    pub(super) question: String,
    /// The paths of the context, relative to the demo's folder.
    pub(super) context: Vec<String>,
    /// Further flags of `rlm run`.
    #[serde(default)]
    pub(super) flags: Vec<String>,
    /// The flags of `rlm resume` with which the run is resumed when it has reached a limit. Empty if
    /// the run ends by itself.
    #[serde(default)]
    pub(super) resume: Vec<String>,
}

/// Returns all demos, the default one first.
///
/// # Errors
/// If the archive or a description is invalid, which tests prevent.
pub(super) fn demos() -> io::Result<Vec<Demo>> {
    let mut archive = open()?;
    let names = names(&archive)?;
    let mut demos = Vec::new();
    for name in names {
        let Some((folder, DESCRIPTION)) = name.split_once('/') else {
            continue;
        };
        let mut text = String::new();
        archive.by_name(&name)?.read_to_string(&mut text)?;
        let demo: Demo = toml::from_str(&text).map_err(io::Error::other)?;
        demos.push(Demo {
            name: folder.to_owned(),
            ..demo
        });
    }
    demos.sort_by_key(|demo| demo.order);
    Ok(demos)
}

/// Writes the files of a demo to a folder: its recording and its context.
///
/// # Errors
/// If a file can't be written.
pub(super) fn unpack(demo: &Demo, folder: &Path) -> io::Result<()> {
    let mut archive = open()?;
    let prefix = format!("{}/", demo.name);
    let names = names(&archive)?;
    for name in names {
        let Some(file) = name.strip_prefix(&prefix) else {
            continue;
        };
        let path = folder.join(file);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        let mut bytes = Vec::new();
        archive.by_name(&name)?.read_to_end(&mut bytes)?;
        // An unchanged file keeps its time, so that its cached index stays valid.
        if fs::read(&path).is_ok_and(|present| present == bytes) {
            continue;
        }
        fs::write(path, bytes)?;
    }
    Ok(())
}

fn names(archive: &Archive) -> io::Result<Vec<String>> {
    let names = archive.file_names().map(|name| Ok(name?.into_owned()));
    names.collect()
}

fn open() -> io::Result<Archive> {
    Ok(ZipArchive::new(Cursor::new(ARCHIVE))?)
}

//! Packs the demos of `examples/demos` into one archive, which the binary contains.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn main() -> io::Result<()> {
    let demos = Path::new("../../examples/demos");
    println!("cargo::rerun-if-changed={}", demos.display());
    let target = std::env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("OUT_DIR is not set"))?;
    let mut archive = ZipWriter::new(File::create(PathBuf::from(target).join("demos.zip"))?);
    for path in files(demos)? {
        let name = path.strip_prefix(demos).map_err(io::Error::other)?;
        let name = name.to_string_lossy().replace('\\', "/");
        archive.start_file(name, SimpleFileOptions::default())?;
        archive.write_all(&fs::read(&path)?)?;
    }
    archive.finish()?;
    Ok(())
}

/// Returns the files of the demos in a fixed order, so that equal demos give equal archives.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<_>>()?;
    entries.sort();
    let mut found = Vec::new();
    for entry in entries {
        if entry.is_dir() {
            found.extend(files(&entry)?);
        } else {
            found.push(entry);
        }
    }
    Ok(found)
}

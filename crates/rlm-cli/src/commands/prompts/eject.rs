//! `rlm prompts eject`: writes the built-in prompts to files, either all of them or none.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_settings::args::PromptsEjectArguments;
use rlm_prompt::PromptName;
use tempfile::NamedTempFile;

use super::named;

/// Runs `rlm prompts eject`: writes built-in prompts to a folder. Returns the exit code.
pub(super) fn run(arguments: &PromptsEjectArguments, console: Console) -> Result<u8, Failure> {
    let folder = &arguments.folder;
    let names = match arguments.names.as_slice() {
        [] => PromptName::ALL.to_vec(),
        names => names.iter().map(|name| named(name)).collect::<Result<Vec<_>, _>>()?,
    };
    let there: Vec<String> = names
        .iter()
        .map(|name| format!("{name}.md"))
        .filter(|file| folder.join(file).exists())
        .collect();
    if !arguments.force && !there.is_empty() {
        return Err(Failure::PromptsThere {
            path: folder.clone(),
            files: there,
        });
    }
    let is_new = !folder.exists();
    let failed = |cause| Failure::WritePrompts {
        path: folder.clone(),
        cause,
    };
    let written = fs::create_dir_all(folder).and_then(|()| write(folder, &names));
    if written.is_err() && is_new {
        // The folder stays if another process has written to it.
        let _ = fs::remove_dir(folder);
    }
    written.map_err(failed)?;
    let folder = folder.display();
    console.say(&format!(
        "wrote {folder}; edit what you need, delete the rest, then run with --prompts {folder}"
    ));
    Ok(0)
}

/// Writes the prompts to temporary files first, then moves all of them into place. Restores the old
/// files if a move fails.
fn write(folder: &Path, names: &[PromptName]) -> io::Result<()> {
    let mut written = Vec::new();
    for name in names {
        let mut file = new_file(folder)?;
        file.write_all(name.built_in().as_bytes())?;
        file.as_file().sync_all()?;
        written.push((folder.join(format!("{name}.md")), file));
    }
    let mut replaced = Vec::new();
    for (path, file) in written {
        match put(file, &path) {
            Ok(before) => replaced.push((path, before)),
            Err(error) => {
                take_back(replaced);
                return Err(error);
            }
        }
    }
    Ok(())
}

/// Puts a temporary file into place. Returns the old content of the path.
fn put(file: NamedTempFile, path: &Path) -> io::Result<Option<Vec<u8>>> {
    let before = match path.exists() {
        true => Some(fs::read(path)?),
        false => None,
    };
    file.persist(path)?;
    Ok(before)
}

fn take_back(replaced: Vec<(PathBuf, Option<Vec<u8>>)>) {
    for (path, before) in replaced {
        // Only the first error is reported.
        let _ = match before {
            Some(bytes) => fs::write(path, bytes),
            None => fs::remove_file(path),
        };
    }
}

/// Creates a temporary file with the permissions that new files of the user have.
fn new_file(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

//! Reads files of programs.

use std::io::Read;
use std::path::{Path, PathBuf};

use rlm_cli_output::failure::Failure;

/// The source of a program and the name of its file.
#[derive(Debug)]
pub struct ProgramFile {
    /// The path of the program's file, or `standard input`.
    pub name: String,
    /// The source code of the program.
    pub text: String,
}

impl ProgramFile {
    /// Reads a program from a file, or from standard input if the path is `-`. Replaces invalid
    /// UTF-8 by U+FFFD, which the checker reports, and removes a byte-order mark.
    ///
    /// # Errors
    /// [`Failure::ReadProgram`] if the file can't be read.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let (name, bytes) = read(path)?;
        let text = String::from_utf8_lossy(&bytes);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned();
        Ok(Self { name, text })
    }

    /// Reads a program as [`read`](Self::read) does, but without any replacement, for callers that
    /// write the program back.
    ///
    /// # Errors
    /// [`Failure::ReadProgram`] if the file can't be read or is not UTF-8.
    pub fn read_exact(path: &Path) -> Result<Self, Failure> {
        let (name, bytes) = read(path)?;
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self { name, text }),
            Err(error) => Err(Failure::ReadProgram {
                path: PathBuf::from(&name),
                cause: std::io::Error::new(std::io::ErrorKind::InvalidData, error.utf8_error()),
            }),
        }
    }
}

fn read(path: &Path) -> Result<(String, Vec<u8>), Failure> {
    let (name, bytes) = if path.as_os_str() == "-" {
        ("standard input".to_owned(), read_standard_input())
    } else {
        (path.display().to_string(), std::fs::read(path))
    };
    match bytes {
        Ok(bytes) => Ok((name, bytes)),
        Err(cause) => Err(Failure::ReadProgram {
            path: PathBuf::from(name),
            cause,
        }),
    }
}

fn read_standard_input() -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

//! The output file of the flag `-o`, to which the answer is written.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// The output file of `-o FILE`. It is opened before a model is called, and keeps its old content
/// until there is an answer.
pub struct AnswerFile {
    path: PathBuf,
    file: File,
    is_new: bool,
    is_written: bool,
}

impl AnswerFile {
    /// Opens the output file for the answer, and creates it if it does not exist.
    ///
    /// # Errors
    /// [`Failure::AnswerFile`].
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let is_new = !path.exists();
        let file = OpenOptions::new().create(true).append(true).open(path);
        let file = file.map_err(|cause| Failure::AnswerFile {
            path: path.to_owned(),
            cause,
        })?;
        Ok(Self {
            path: path.to_owned(),
            file,
            is_new,
            is_written: false,
        })
    }

    /// Replaces the content of the output file by the answer.
    ///
    /// # Errors
    /// [`Failure::AnswerFile`].
    pub fn write(&mut self, answer: &str) -> Result<(), Failure> {
        self.is_written = true;
        // Devices such as `/dev/null` can't be truncated.
        let is_file = self.file.metadata().is_ok_and(|metadata| metadata.is_file());
        let cut = if is_file { self.file.set_len(0) } else { Ok(()) };
        let end = if answer.ends_with('\n') { "" } else { "\n" };
        let written = cut.and_then(|()| self.file.write_all(format!("{answer}{end}").as_bytes()));
        written.map_err(|cause| Failure::AnswerFile {
            path: self.path.clone(),
            cause,
        })
    }
}

impl Drop for AnswerFile {
    fn drop(&mut self) {
        if self.is_new && !self.is_written {
            // An empty file would look like an empty answer.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

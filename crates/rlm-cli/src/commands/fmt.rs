//! `rlm fmt`: formats programs, and keeps their comments.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rlm_cli_execution::program_file::ProgramFile;
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::text::{counted, one_line};
use rlm_cli_settings::args::FmtArguments;
use sift_syntax::{Color, FormatError, format, render_ariadne};
use similar::TextDiff;
use tempfile::NamedTempFile;

/// A program before and after formatting.
struct Formatted {
    path: PathBuf,
    source: ProgramFile,
    text: String,
}

/// Runs `rlm fmt`: formats each file in place, and standard input to standard output. Returns the
/// exit code.
///
/// No file is written unless every program can be formatted. Each file is replaced atomically.
pub(crate) fn run(arguments: &FmtArguments, console: Console) -> Result<u8, Failure> {
    if arguments.files.iter().filter(|path| is_stdin(path)).count() > 1 {
        return Err(Failure::StandardInputTwice);
    }
    let mut formatted = Vec::new();
    let mut unread = 0_usize;
    for path in &arguments.files {
        let source = ProgramFile::read_exact(path)?;
        match format(&source.text) {
            Ok(text) => formatted.push(Formatted {
                path: path.clone(),
                source,
                text,
            }),
            Err(error) => {
                unread += 1;
                refuse(&source, &error, console);
            }
        }
    }
    if unread > 0 {
        let all = counted(arguments.files.len(), "program");
        console.say(&format!("{unread} of {all} can't be formatted; nothing was written"));
        return Ok(1);
    }
    if arguments.check || arguments.diff {
        return show_changes(arguments, &formatted, console);
    }
    for one in &formatted {
        if is_stdin(&one.path) {
            console.result(&one.text)?;
        } else if one.changes() {
            replace(&one.path, &one.text).map_err(|cause| Failure::WriteProgram {
                path: one.path.clone(),
                cause,
            })?;
            console.say(&format!("formatted {}", one_line(&one.source.name)));
        }
    }
    Ok(0)
}

impl Formatted {
    /// Returns `true` if the formatted text differs from the bytes that were read. A byte-order
    /// mark also counts as a difference.
    fn changes(&self) -> bool {
        self.source.text != self.text
    }
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Shows which files formatting would change. With `--check`, the exit code is 1 if there are any.
fn show_changes(arguments: &FmtArguments, formatted: &[Formatted], console: Console) -> Result<u8, Failure> {
    let changed: Vec<&Formatted> = formatted.iter().filter(|one| one.changes()).collect();
    for one in &changed {
        let name = one_line(&one.source.name);
        if arguments.diff {
            let diff = TextDiff::from_lines(&one.source.text, &one.text);
            console.result(&diff.unified_diff().header(&name, &name).to_string())?;
        } else {
            console.say(&format!("would format {name}"));
        }
    }
    Ok(u8::from(arguments.check && !changed.is_empty()))
}

fn refuse(source: &ProgramFile, error: &FormatError, console: Console) {
    let name = one_line(&source.name);
    let FormatError::Unread(diagnostics) = error else {
        return console.say(&format!("{} {name}: {error}", console.painted("31", "error:")));
    };
    let color = if console.has_color() {
        Color::Always
    } else {
        Color::Never
    };
    let shown = render_ariadne(&source.text, diagnostics, color);
    // The renderer names every program `program`.
    console.say(&shown.replace("[ program:", &format!("[ {name}:")));
}

/// Replaces a file atomically, through a new file in the same folder. Follows links, and keeps the
/// file's permissions.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let permissions = fs::metadata(&path)?.permissions();
    if permissions.readonly() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the file is read-only"));
    }
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(permissions)?;
    file.as_file().sync_all()?;
    file.persist(&path)?;
    Ok(())
}

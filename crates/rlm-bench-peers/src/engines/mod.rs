//! The compared languages. Each engine runs a loaded program repeatedly.

pub(crate) mod python;
pub(crate) mod rhai;
pub(crate) mod sift;
pub(crate) mod starlark;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The limit on operations for languages that count them: the default fuel of Sift.
const OPERATIONS: u64 = 1_000_000_000;

/// A program, and the text that it reads.
pub(crate) struct Task {
    pub(crate) name: &'static str,
    pub(crate) context: String,
    /// A file with the text, for engines in other processes.
    pub(crate) context_file: PathBuf,
}

impl Task {
    /// Returns the path of the program for Sift and Python.
    fn python_program(&self) -> PathBuf {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sift-vm/benches/programs");
        folder.join(self.name).with_extension("py")
    }

    /// Reads the port of the program to another language.
    fn program(&self, extension: &str) -> std::io::Result<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("programs");
        std::fs::read_to_string(folder.join(self.name).with_extension(extension))
    }
}

/// The duration of a run, from source text to end, and its output.
pub(crate) struct Run {
    pub(crate) took: Duration,
    pub(crate) printed: String,
}

/// A language implementation with a program and its text loaded.
pub(crate) trait Engine {
    /// Returns the version of the language's implementation.
    fn version(&self) -> String;

    /// Compiles and runs the program once, with metering if the implementation supports it.
    fn run(&mut self) -> Result<Run, Box<dyn Error>>;
}

/// A loaded engine, or the reason why it can't run.
pub(crate) type Loaded = Result<Box<dyn Engine>, Box<dyn Error>>;

/// Returns the version of a crate in `Cargo.lock`.
pub(crate) fn locked_version(package: &str) -> String {
    let name = format!("name = \"{package}\"");
    let mut lines = include_str!("../../Cargo.lock")
        .lines()
        .skip_while(|line| *line != name);
    let version = lines.nth(1).and_then(|line| line.strip_prefix("version = "));
    version.unwrap_or_default().trim_matches('"').to_owned()
}

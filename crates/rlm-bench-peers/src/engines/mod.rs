//! The languages that are compared, each ready to run a program again and again.

pub(crate) mod python;
pub(crate) mod rhai;
pub(crate) mod sift;
pub(crate) mod starlark;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Operations that a program may take where a language counts them: those of Sift by default.
const OPERATIONS: u64 = 1_000_000_000;

/// A program's name, and the text that it reads.
pub(crate) struct Task {
    pub(crate) name: &'static str,
    pub(crate) context: String,
    /// A file that holds the text, for other processes.
    pub(crate) context_file: PathBuf,
}

impl Task {
    /// Returns where the program stands that Sift and Python run.
    fn python_program(&self) -> PathBuf {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sift-vm/benches/programs");
        folder.join(self.name).with_extension("py")
    }

    /// Reads the program as we wrote it in another language.
    fn program(&self, extension: &str) -> std::io::Result<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("programs");
        std::fs::read_to_string(folder.join(self.name).with_extension(extension))
    }
}

/// What a run took, from source text to the end, and what it printed.
pub(crate) struct Run {
    pub(crate) took: Duration,
    pub(crate) printed: String,
}

/// A language with a program and its text loaded.
pub(crate) trait Engine {
    /// Returns the version of the language's implementation.
    fn version(&self) -> String;

    /// Compiles and runs the program once, metered where the language can be.
    fn run(&mut self) -> Result<Run, Box<dyn Error>>;
}

/// A loaded engine, or why there is none.
pub(crate) type Loaded = Result<Box<dyn Engine>, Box<dyn Error>>;

/// Returns the version of a crate that this program was built with.
fn locked_version(package: &str) -> String {
    let name = format!("name = \"{package}\"");
    let mut lines = include_str!("../../Cargo.lock")
        .lines()
        .skip_while(|line| *line != name);
    let version = lines.nth(1).and_then(|line| line.strip_prefix("version = "));
    version.unwrap_or_default().trim_matches('"').to_owned()
}

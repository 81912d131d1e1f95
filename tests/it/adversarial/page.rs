//! The pages of `escapes/`: one class of programs each, in Markdown for readers and tests.
//!
//! Each section is a program: a description of the attack, a fence with the program, another with
//! its output, and lines with its end. Several programs are consecutive turns in one VM. A section
//! that shows what is permitted has the mark `Control:`.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The mark of a program without an attack.
const CONTROL: &str = "Control:";

/// A class of programs.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) path: PathBuf,
    /// The title and the introduction of the page.
    head: String,
    pub(crate) attacks: Vec<Attack>,
}

/// A program with its expected result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attack {
    /// The name, unique within the class.
    pub(crate) name: String,
    /// A description of the attack.
    about: String,
    /// The program of each turn.
    pub(crate) turns: Vec<String>,
    pub(crate) seen: Seen,
    /// What the program achieves in another implementation, if it is run there.
    pub(crate) peer: Option<String>,
    /// Whether it is a control: a program that shows what is permitted.
    pub(crate) is_control: bool,
}

/// The observable result of a program.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Seen {
    /// The end of each turn, as worded by [`super::escapes`].
    pub(crate) ends: String,
    /// The output, truncated as in the page.
    pub(crate) printed: String,
    /// The number of model calls.
    pub(crate) calls: usize,
}

impl Page {
    /// Reads all pages, sorted by name.
    pub(crate) fn all() -> Vec<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/adversarial/escapes");
        let mut paths: Vec<PathBuf> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        paths.sort();
        paths.iter().map(|path| Self::read(path)).collect()
    }

    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let mut sections = text.split("\n## ");
        let head = sections.next().unwrap().trim_end().to_owned();
        Self {
            path: path.to_owned(),
            head,
            attacks: sections.map(Attack::read).collect(),
        }
    }

    /// Returns the name of the class.
    pub(crate) fn class(&self) -> String {
        self.path.file_stem().unwrap().to_string_lossy().into_owned()
    }

    /// Writes the page with the actual results instead of the expected ones.
    pub(crate) fn write(&self) {
        let sections: String = self.attacks.iter().map(|attack| format!("\n{attack}")).collect();
        fs::write(&self.path, format!("{}\n{sections}", self.head)).unwrap();
    }
}

impl Attack {
    fn read(section: &str) -> Self {
        let (name, rest) = section.split_once('\n').unwrap();
        let (about, mut rest) = rest.split_at(rest.find("```python\n").unwrap_or_else(|| panic!("{name}: no program")));
        let mut turns = Vec::new();
        while let Some(begun) = rest.strip_prefix("```python\n") {
            let (program, after) = begun
                .split_once("\n```\n")
                .unwrap_or_else(|| panic!("{name}: the program's fence is not closed"));
            turns.push(program.to_owned());
            rest = after;
        }
        let (printed, lines) = match rest.strip_prefix("```text\n") {
            Some(rest) => rest
                .split_once("```\n")
                .unwrap_or_else(|| panic!("{name}: the output's fence is not closed")),
            None => ("", rest),
        };
        let line = |key: &str| lines.lines().find_map(|line| line.strip_prefix(key)).map(str::trim);
        Self {
            name: name.to_owned(),
            about: about.trim().to_owned(),
            turns,
            seen: Seen {
                ends: line("Ends:").unwrap_or_default().to_owned(),
                printed: printed.to_owned(),
                calls: line("Calls:").map_or(0, |calls| calls.replace('_', "").parse().unwrap()),
            },
            peer: line("In rlms:").map(str::to_owned),
            is_control: line(CONTROL).is_some(),
        }
    }
}

impl std::fmt::Display for Attack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "## {}\n{}\n", self.name, self.about)?;
        for program in &self.turns {
            writeln!(f, "```python\n{program}\n```")?;
        }
        write!(f, "{}", self.seen)?;
        if let Some(peer) = &self.peer {
            writeln!(f, "In rlms: {peer}")?;
        }
        match self.is_control {
            true => writeln!(f, "{CONTROL} nothing is tried"),
            false => Ok(()),
        }
    }
}

impl std::fmt::Display for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = String::new();
        if !self.printed.is_empty() {
            let end = if self.printed.ends_with('\n') { "" } else { "\n" };
            write!(text, "```text\n{}{end}```\n", self.printed)?;
        }
        writeln!(text, "Ends: {}", self.ends)?;
        if self.calls > 0 {
            writeln!(text, "Calls: {}", self.calls)?;
        }
        f.write_str(&text)
    }
}

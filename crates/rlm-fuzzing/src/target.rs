//! The fuzz targets: each is a property with seeds.

use std::fs;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use crate::{Dictionary, oracles};

/// The maximum size of a seed file, in bytes. A fuzzer learns slowly from larger files.
const LARGEST_SEED: u64 = 40_000;

/// A fuzz target: a property that must hold for any input.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// The name of the target, its oracle and its fuzzer binary.
    pub name: &'static str,
    /// The property that the target checks, in one sentence.
    pub property: &'static str,
    /// The paths of the target's seed files, relative to the repository's root, or patterns
    /// `FOLDER/*ENDING`. Empty if the input bytes only encode choices.
    pub seeds: &'static [&'static str],
    /// The dictionary of the target's input format, if there is one.
    pub dictionary: Option<Dictionary>,
    /// The number of inputs that the target's test generates in addition to the seeds. The test
    /// takes a second or two without optimisation.
    pub cases: u64,
    /// The function that panics if an input violates the property.
    pub oracle: fn(&[u8]),
}

/// An initial input of a fuzzer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seed {
    /// The name of the seed file.
    pub name: String,
    /// The content of the seed file.
    pub bytes: Vec<u8>,
}

/// The error for an input that violates a target's property. The panic message was written to
/// standard error.
#[derive(Debug)]
pub struct Broken {
    /// The name of the target whose property is violated.
    pub target: &'static str,
    /// The input that violates the property.
    pub input: Vec<u8>,
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} does not hold for b\"{}\"",
            self.target,
            self.input.escape_ascii()
        )
    }
}

impl std::error::Error for Broken {}

impl Target {
    /// Returns the fuzz target with a name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        TARGETS.iter().find(|target| target.name == name)
    }

    /// Checks the target's property for an input.
    ///
    /// # Errors
    /// [`Broken`] if the property is violated.
    pub fn hold(&self, input: &[u8]) -> Result<(), Broken> {
        catch_unwind(AssertUnwindSafe(|| (self.oracle)(input))).map_err(|_| Broken {
            target: self.name,
            input: input.to_vec(),
        })
    }

    /// Reads the target's seed files.
    ///
    /// # Errors
    /// If a file is missing.
    pub fn seeds(&self) -> io::Result<Vec<Seed>> {
        let mut seeds = Vec::new();
        for pattern in self.seeds {
            for path in files(&root().join(pattern))? {
                if fs::metadata(&path)?.len() <= LARGEST_SEED {
                    seeds.push(Seed::read(&path)?);
                }
            }
        }
        Ok(seeds)
    }

    /// Reads the target's regression inputs, which once violated the property:
    /// `fuzz/regressions/TARGET/NUMBER-WHAT.bin`.
    ///
    /// # Errors
    /// If the files can't be read.
    pub fn regressions(&self) -> io::Result<Vec<Seed>> {
        let folder = root().join("fuzz/regressions").join(self.name);
        match folder.is_dir() {
            true => files(&folder.join("*.bin"))?
                .iter()
                .map(|path| Seed::read(path))
                .collect(),
            false => Ok(Vec::new()),
        }
    }
}

impl Seed {
    fn read(path: &Path) -> io::Result<Self> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self {
            name,
            bytes: fs::read(path)?,
        })
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Returns the files that a path matches, sorted. The last part of the path may be `*ENDING`.
fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    let last = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let Some(ending) = last.strip_prefix('*') else {
        return Ok(vec![path.to_owned()]);
    };
    let mut found = Vec::new();
    for entry in fs::read_dir(path.parent().unwrap_or(path))? {
        let path = entry?.path();
        if path.is_file() && path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

const PROGRAMS: &[&str] = &[
    "crates/sift-syntax/tests/forms.sift",
    "crates/sift-syntax/tests/format/comments.sift",
    "crates/sift-syntax/tests/diagnostics/*.sift",
];

/// All fuzz targets, in the order in which a question passes through the crates.
pub const TARGETS: &[Target] = &[
    Target {
        name: "parse_bytes",
        property: "any bytes are read as a program: places lie within the text, and a whole program is laid out faithfully",
        seeds: PROGRAMS,
        dictionary: Some(Dictionary::Sift),
        cases: 300,
        oracle: oracles::parse_bytes,
    },
    Target {
        name: "parse_tokens",
        property: "so are pieces of programs in any order",
        seeds: &[],
        dictionary: None,
        cases: 400,
        oracle: oracles::parse_tokens,
    },
    Target {
        name: "parse_print_parse",
        property: "what is printed of a program, or of any tree, reads back as the same tree",
        seeds: PROGRAMS,
        dictionary: Some(Dictionary::Sift),
        cases: 120,
        oracle: oracles::parse_print_parse,
    },
    Target {
        name: "diagnostics_render",
        property: "every diagnostic is shown in all three ways, to models in 30 lines at most, with nothing that a terminal obeys",
        seeds: PROGRAMS,
        dictionary: Some(Dictionary::Sift),
        cases: 200,
        oracle: oracles::diagnostics_render,
    },
    Target {
        name: "grammar_implies_parser",
        property: "what the grammars generate, or take of damaged programs, parses",
        seeds: &[
            "crates/rlm-grammar/tests/accepted.txt",
            "crates/rlm-grammar/tests/beyond.txt",
        ],
        dictionary: Some(Dictionary::Sift),
        cases: 60,
        oracle: oracles::grammar_implies_parser,
    },
    Target {
        name: "printer_in_grammar",
        property: "what is printed is in the grammar, as far as its blocks go",
        seeds: PROGRAMS,
        dictionary: Some(Dictionary::Sift),
        cases: 40,
        oracle: oracles::printer_in_grammar,
    },
    Target {
        name: "run_tiny_limits",
        property: "any program ends within its fuel, memory, depth and output, and the same in slices of any size",
        seeds: &[
            "crates/sift-vm/tests/conformance/language/*.py",
            "crates/sift-vm/tests/conformance/programs/*.py",
            "fuzz/seeds/programs/*.sift",
        ],
        dictionary: Some(Dictionary::Sift),
        cases: 300,
        oracle: oracles::run_tiny_limits,
    },
    Target {
        name: "cpython_vs_machine",
        property: "a program that means something prints and raises what it does in CPython 3.11",
        seeds: &[],
        dictionary: None,
        cases: 150,
        oracle: oracles::cpython_vs_machine,
    },
    Target {
        name: "regex_vs_cpython",
        property: "patterns find the same with each engine, and in CPython 3.11",
        seeds: &["fuzz/seeds/patterns/*.txt"],
        dictionary: Some(Dictionary::Pattern),
        cases: 300,
        oracle: oracles::regex_vs_cpython,
    },
    Target {
        name: "completion_order",
        property: "calls that leave early and replies in any order change nothing that can be seen",
        seeds: &[],
        dictionary: None,
        cases: 40,
        oracle: oracles::completion_order,
    },
    Target {
        name: "budget_monotone",
        property: "more fuel, memory, calls, tokens or money never change a success",
        seeds: &[],
        dictionary: None,
        cases: 60,
        oracle: oracles::budget_monotone,
    },
    Target {
        name: "text_ops",
        property: "ropes do what a plain list of code points does",
        seeds: &[],
        dictionary: None,
        cases: 60,
        oracle: oracles::text_ops,
    },
    Target {
        name: "policy_rules",
        property: "no limit is overshot, an unknown cost is never none, no order of replies decides what is refused, no grant lets pass what it must not",
        seeds: &[],
        dictionary: None,
        cases: 200,
        oracle: oracles::policy_rules,
    },
    Target {
        name: "context_loader",
        property: "a file of any kind is loaded as what it says it is, or refused in one line",
        seeds: &[
            "crates/rlm-extract/tests/pdf/*.pdf",
            "examples/recorded/minutes/*.md",
            "examples/recorded/tidewatch/*.py",
            "fuzz/seeds/files/*",
        ],
        dictionary: Some(Dictionary::File),
        cases: 15,
        oracle: oracles::context_loader,
    },
    Target {
        name: "journal_junk",
        property: "bytes that are no journal are not read as one, a change is seen, and what is read folds",
        seeds: &["examples/recorded/nodes.jsonl"],
        dictionary: Some(Dictionary::Journal),
        cases: 100,
        oracle: oracles::journal_junk,
    },
    Target {
        name: "replay_journal",
        property: "a recorded run replays to its answer, and the replay of a journal that was changed ends",
        seeds: &[],
        dictionary: None,
        cases: 15,
        oracle: oracles::replay_journal,
    },
    Target {
        name: "sse_chunking",
        property: "how a stream is cut on its way makes no difference",
        seeds: &["fuzz/seeds/answers/*.txt"],
        dictionary: Some(Dictionary::Provider),
        cases: 30,
        oracle: oracles::sse_chunking,
    },
    Target {
        name: "provider_reply_junk",
        property: "any answer of a provider is a reply with a text or an error in one line, without the key",
        seeds: &["fuzz/seeds/answers/*.txt"],
        dictionary: Some(Dictionary::Provider),
        cases: 60,
        oracle: oracles::provider_reply_junk,
    },
    Target {
        name: "noninterference",
        property: "strictly, text of others changes no effect, it can only cut them short; usually, no effect is given what it says",
        seeds: &[],
        dictionary: None,
        cases: 20,
        oracle: oracles::noninterference,
    },
];

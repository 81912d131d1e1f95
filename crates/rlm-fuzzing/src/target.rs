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
        property: "any bytes can be parsed: positions lie within the text, and formatting a complete program keeps its meaning",
        seeds: PROGRAMS,
        dictionary: Some(Dictionary::Sift),
        cases: 300,
        oracle: oracles::parse_bytes,
    },
    Target {
        name: "parse_tokens",
        property: "the same for pieces of programs in any order",
        seeds: &[],
        dictionary: None,
        cases: 400,
        oracle: oracles::parse_tokens,
    },
    Target {
        name: "parse_print_parse",
        property: "a printed program, or any printed syntax tree, parses to the same tree",
        seeds: PROGRAMS,
        dictionary: Some(Dictionary::Sift),
        cases: 120,
        oracle: oracles::parse_print_parse,
    },
    Target {
        name: "diagnostics_render",
        property: "every diagnostic renders in all three formats, for models in at most 30 lines, without control sequences",
        seeds: PROGRAMS,
        dictionary: Some(Dictionary::Sift),
        cases: 200,
        oracle: oracles::diagnostics_render,
    },
    Target {
        name: "grammar_implies_parser",
        property: "programs that the grammars generate, and damaged programs that they accept, parse",
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
        property: "printed programs are in the grammar, up to its depth of blocks",
        seeds: PROGRAMS,
        dictionary: Some(Dictionary::Sift),
        cases: 40,
        oracle: oracles::printer_in_grammar,
    },
    Target {
        name: "run_tiny_limits",
        property: "any program ends within its limits of fuel, memory, depth and output, with the same result in slices of any size",
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
        property: "a meaningful program prints and raises the same as in CPython 3.11",
        seeds: &[],
        dictionary: None,
        cases: 150,
        oracle: oracles::cpython_vs_machine,
    },
    Target {
        name: "regex_vs_cpython",
        property: "patterns match the same with each engine, and in CPython 3.11",
        seeds: &["fuzz/seeds/patterns/*.txt"],
        dictionary: Some(Dictionary::Pattern),
        cases: 300,
        oracle: oracles::regex_vs_cpython,
    },
    Target {
        name: "completion_order",
        property: "early calls and the order of replies change nothing observable",
        seeds: &[],
        dictionary: None,
        cases: 40,
        oracle: oracles::completion_order,
    },
    Target {
        name: "budget_monotone",
        property: "more fuel, memory, calls, tokens or money never change a successful result",
        seeds: &[],
        dictionary: None,
        cases: 60,
        oracle: oracles::budget_monotone,
    },
    Target {
        name: "text_ops",
        property: "ropes behave like a plain list of code points",
        seeds: &[],
        dictionary: None,
        cases: 60,
        oracle: oracles::text_ops,
    },
    Target {
        name: "policy_rules",
        property: "no limit is exceeded, an unknown cost is never zero, refusals don't depend on the order of replies, no permission allows more than it should",
        seeds: &[],
        dictionary: None,
        cases: 200,
        oracle: oracles::policy_rules,
    },
    Target {
        name: "context_loader",
        property: "a file of any type is loaded as that type, or rejected with a one-line error",
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
        property: "bytes that are not a journal are rejected, a change is detected, and everything that is read can be folded",
        seeds: &["examples/recorded/nodes.jsonl"],
        dictionary: Some(Dictionary::Journal),
        cases: 100,
        oracle: oracles::journal_junk,
    },
    Target {
        name: "replay_journal",
        property: "a recorded run replays to its answer, and the replay of a changed journal terminates",
        seeds: &[],
        dictionary: None,
        cases: 15,
        oracle: oracles::replay_journal,
    },
    Target {
        name: "sse_chunking",
        property: "the division of a stream into chunks makes no difference",
        seeds: &["fuzz/seeds/answers/*.txt"],
        dictionary: Some(Dictionary::Provider),
        cases: 30,
        oracle: oracles::sse_chunking,
    },
    Target {
        name: "provider_reply_junk",
        property: "any response of a provider gives a reply with text or a one-line error, without the API key",
        seeds: &["fuzz/seeds/answers/*.txt"],
        dictionary: Some(Dictionary::Provider),
        cases: 60,
        oracle: oracles::provider_reply_junk,
    },
    Target {
        name: "noninterference",
        property: "in strict mode, untrusted text changes no effect but can cut effects short; in usual mode, no effect receives untrusted text",
        seeds: &[],
        dictionary: None,
        cases: 20,
        oracle: oracles::noninterference,
    },
    Target {
        name: "service_requests",
        property: "any body of a request to the service gets an answer or an error with a code, and causes no internal error",
        seeds: &["fuzz/seeds/requests/*.txt"],
        dictionary: None,
        cases: 200,
        oracle: oracles::service_requests,
    },
];

//! The permitted dependencies between crates, their diagram in ARCHITECTURE.md, and the
//! dependencies of pure crates.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

/// The permitted dependencies of each crate within the workspace. `rlm` and `rlm-cli` are at the
/// top and may depend on all crates.
const GRAPH: &[(&str, &[&str])] = &[
    ("sift-syntax", &["sift-signature", "sift-strings", "sift-text"]),
    ("sift-text", &[]),
    ("sift-signature", &[]),
    ("sift-strings", &[]),
    ("sift-numbers", &["sift-strings"]),
    ("sift-regex", &["sift-strings", "sift-text"]),
    ("rlm-model", &[]),
    ("rlm-test-needs", &[]),
    ("rlm-test-server", &[]),
    ("rlm-test-services", &[]),
    ("rlm-grammar", &["sift-syntax"]),
    ("sift-compiler", &["sift-syntax"]),
    ("sift", &["sift-syntax", "sift-text", "sift-vm"]),
    ("sift-abstract", &["sift-compiler", "sift-regex", "sift-values"]),
    (
        "sift-values",
        &[
            "sift-compiler",
            "sift-numbers",
            "sift-regex",
            "sift-syntax",
            "sift-text",
        ],
    ),
    (
        "sift-runtime",
        &[
            "sift-abstract",
            "sift-compiler",
            "sift-numbers",
            "sift-strings",
            "sift-syntax",
            "sift-text",
            "sift-values",
        ],
    ),
    (
        "sift-modules",
        &[
            "sift-abstract",
            "sift-compiler",
            "sift-numbers",
            "sift-regex",
            "sift-runtime",
            "sift-strings",
            "sift-syntax",
            "sift-text",
            "sift-values",
        ],
    ),
    (
        "sift-stdlib",
        &[
            "sift-abstract",
            "sift-compiler",
            "sift-modules",
            "sift-regex",
            "sift-runtime",
            "sift-strings",
            "sift-syntax",
            "sift-text",
            "sift-values",
        ],
    ),
    (
        "sift-vm",
        &[
            "sift-abstract",
            "sift-compiler",
            "sift-modules",
            "sift-regex",
            "sift-runtime",
            "sift-stdlib",
            "sift-strings",
            "sift-syntax",
            "sift-text",
            "sift-values",
        ],
    ),
    ("rlm-extract", &[]),
    ("rlm-context", &["rlm-extract", "sift-text"]),
    ("rlm-retrieval", &["rlm-context", "sift-text"]),
    ("rlm-tokens", &["sift-text"]),
    ("rlm-process", &[]),
    (
        "rlm-tools",
        &["rlm-adapters", "rlm-model", "rlm-process", "sift-syntax"],
    ),
    ("rlm-answer", &["rlm-context", "rlm-model", "sift-syntax", "sift-text"]),
    (
        "rlm-prompt",
        &[
            "rlm-answer",
            "rlm-context",
            "rlm-model",
            "rlm-trace",
            "sift-syntax",
            "sift-text",
        ],
    ),
    ("rlm-policy", &["rlm-model"]),
    ("rlm-cache", &["rlm-model"]),
    ("rlm-trace", &["rlm-model"]),
    ("rlm-repl", &["sift", "sift-syntax", "sift-vm"]),
    ("rlm-report", &["rlm-model", "rlm-trace", "sift-syntax", "sift-text"]),
    ("rlm-cases", &["rlm-model", "rlm-trace", "sift-syntax"]),
    (
        "rlm-tui",
        &["rlm-model", "rlm-report", "rlm-trace", "sift-syntax", "sift-text"],
    ),
    ("rlm-store", &["rlm-model", "rlm-trace"]),
    ("rlm-postgres", &["rlm-model", "rlm-store"]),
    ("rlm-telemetry", &["rlm-adapters", "rlm-model", "rlm-trace"]),
    ("rlm-adapters", &["rlm-model", "rlm-process", "rlm-trace"]),
    ("rlm-scheduler", &["rlm-cache", "rlm-model", "rlm-policy"]),
    (
        "rlm-settings",
        &[
            "rlm-answer",
            "rlm-context",
            "rlm-grammar",
            "rlm-model",
            "rlm-policy",
            "rlm-prompt",
            "rlm-scheduler",
            "rlm-tokens",
            "rlm-tools",
            "rlm-trace",
            "sift-syntax",
            "sift-text",
            "sift-vm",
        ],
    ),
    (
        "rlm-calls",
        &[
            "rlm-adapters",
            "rlm-answer",
            "rlm-cache",
            "rlm-context",
            "rlm-model",
            "rlm-policy",
            "rlm-prompt",
            "rlm-retrieval",
            "rlm-scheduler",
            "rlm-settings",
            "rlm-tools",
            "rlm-trace",
            "sift-text",
            "sift-vm",
        ],
    ),
    (
        "rlm-test-runs",
        &[
            "rlm-adapters",
            "rlm-context",
            "rlm-core",
            "rlm-model",
            "rlm-runs",
            "rlm-scheduler",
            "rlm-test-server",
            "rlm-trace",
        ],
    ),
    (
        "rlm-runs",
        &[
            "rlm-adapters",
            "rlm-calls",
            "rlm-context",
            "rlm-core",
            "rlm-model",
            "rlm-policy",
            "rlm-prompt",
            "rlm-retrieval",
            "rlm-scheduler",
            "rlm-settings",
            "rlm-tokens",
            "rlm-trace",
            "sift-text",
            "sift-vm",
        ],
    ),
    (
        "rlm-mcp-server",
        &[
            "rlm-answer",
            "rlm-context",
            "rlm-core",
            "rlm-model",
            "rlm-policy",
            "rlm-retrieval",
            "rlm-runs",
            "rlm-store",
            "rlm-trace",
        ],
    ),
    (
        "rlm-server",
        &[
            "rlm-context",
            "rlm-core",
            "rlm-mcp-server",
            "rlm-model",
            "rlm-policy",
            "rlm-prompt",
            "rlm-report",
            "rlm-retrieval",
            "rlm-runs",
            "rlm-store",
            "rlm-telemetry",
            "rlm-trace",
        ],
    ),
    (
        "rlm-fuzzing",
        &[
            "rlm-adapters",
            "rlm-context",
            "rlm-core",
            "rlm-grammar",
            "rlm-model",
            "rlm-policy",
            "rlm-runs",
            "rlm-server",
            "rlm-test-server",
            "rlm-tools",
            "rlm-trace",
            "sift-regex",
            "sift-syntax",
            "sift-text",
            "sift-vm",
        ],
    ),
    (
        "rlm-core",
        &[
            "rlm-answer",
            "rlm-cache",
            "rlm-calls",
            "rlm-context",
            "rlm-model",
            "rlm-policy",
            "rlm-prompt",
            "rlm-retrieval",
            "rlm-scheduler",
            "rlm-settings",
            "rlm-store",
            "rlm-tools",
            "rlm-trace",
            "sift-syntax",
            "sift-text",
            "sift-vm",
        ],
    ),
    (
        "rlm-cli-output",
        &[
            "rlm-adapters",
            "rlm-answer",
            "rlm-cache",
            "rlm-cases",
            "rlm-context",
            "rlm-core",
            "rlm-model",
            "rlm-policy",
            "rlm-process",
            "rlm-prompt",
            "rlm-report",
            "rlm-runs",
            "rlm-scheduler",
            "rlm-store",
            "rlm-tokens",
            "rlm-tools",
            "rlm-trace",
            "rlm-tui",
            "sift-syntax",
            "sift-text",
        ],
    ),
    (
        "rlm-cli-settings",
        &[
            "rlm-adapters",
            "rlm-answer",
            "rlm-cache",
            "rlm-cli-output",
            "rlm-core",
            "rlm-model",
            "rlm-policy",
            "rlm-prompt",
            "rlm-runs",
            "rlm-scheduler",
            "rlm-tokens",
            "rlm-trace",
            "sift-syntax",
            "sift-vm",
        ],
    ),
    (
        "rlm-cli-execution",
        &[
            "rlm-adapters",
            "rlm-cli-output",
            "rlm-cli-settings",
            "rlm-context",
            "rlm-core",
            "rlm-mcp-server",
            "rlm-model",
            "rlm-policy",
            "rlm-postgres",
            "rlm-process",
            "rlm-prompt",
            "rlm-retrieval",
            "rlm-runs",
            "rlm-server",
            "rlm-store",
            "rlm-telemetry",
            "rlm-tools",
            "rlm-trace",
            "sift-vm",
        ],
    ),
];

/// The crates for tests and fuzzers only.
const FOR_TESTS: [&str; 5] = [
    "rlm-fuzzing",
    "rlm-test-needs",
    "rlm-test-runs",
    "rlm-test-server",
    "rlm-test-services",
];

/// The markers around the diagram in ARCHITECTURE.md.
const BEGIN: &str = "<!-- drawn by `just architecture` -->\n";
const END: &str = "<!-- end -->";

/// The pure crates: no input or output, no clock, no environment and no randomness.
const PURE: &[&str] = &[
    "sift-syntax",
    "rlm-grammar",
    "sift-text",
    "sift",
    "sift-abstract",
    "sift-compiler",
    "sift-values",
    "sift-runtime",
    "sift-modules",
    "sift-stdlib",
    "sift-vm",
    "sift-numbers",
    "sift-regex",
    "sift-signature",
    "sift-strings",
    "rlm-policy",
    "rlm-repl",
    "rlm-report",
    "rlm-cases",
    "rlm-tui",
];

/// The permitted dependencies of pure crates: libraries without I/O.
const PURE_LIBRARIES: &[&str] = &[
    "ariadne",
    "base64",
    "chumsky",
    "hashbrown",
    "jiff",
    "jsonschema",
    "libm",
    "memchr",
    "num-bigint",
    "num-integer",
    "num-rational",
    "num-traits",
    "pulldown-cmark",
    "ratatui",
    "regex",
    "regex-automata",
    "regex-syntax",
    "schemars",
    "serde",
    "serde_json",
    "sha2",
    "similar",
    "smallvec",
    "smol_str",
    "strsim",
    "thiserror",
    "toml",
    "unicode-ident",
    "unicode-normalization",
    "unicode-segmentation",
    "unicode-width",
    "unicode_names2",
];

fn metadata() -> Metadata {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    MetadataCommand::new()
        .manifest_path(manifest)
        .no_deps()
        .exec()
        .expect("run cargo metadata")
}

/// Returns the normal dependencies of each crate of the workspace.
fn dependencies(metadata: &Metadata) -> BTreeMap<String, BTreeSet<String>> {
    let packages = metadata.packages.iter().map(|package| {
        let normal = package
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind != DependencyKind::Development)
            .map(|dependency| dependency.name.clone());
        (package.name.to_string(), normal.collect())
    });
    packages.collect()
}

#[test]
fn crate_dependencies_match_the_declared_graph() {
    let all = dependencies(&metadata());
    let ours: BTreeSet<&String> = all.keys().collect();
    let actual: BTreeMap<&str, Vec<&str>> = all
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "rlm" | "rlm-cli"))
        .map(|(name, dependencies)| {
            let within = dependencies.iter().filter(|name| ours.contains(name));
            (name.as_str(), within.map(String::as_str).collect())
        })
        .collect();
    let expected: BTreeMap<&str, Vec<&str>> = GRAPH.iter().map(|(name, known)| (*name, known.to_vec())).collect();
    assert_eq!(actual, expected);
}

#[test]
fn shipped_crates_do_not_depend_on_the_cli_or_test_crates() {
    for (name, dependencies) in dependencies(&metadata()) {
        if FOR_TESTS.contains(&name.as_str()) {
            continue;
        }
        for forbidden in FOR_TESTS.into_iter().chain(["rlm-cli"]) {
            assert!(!dependencies.contains(forbidden), "{name} depends on {forbidden}");
        }
    }
}

/// Groups the released crates by layer, the lowest first. A crate is one layer above its highest
/// dependency.
fn floors(dependencies: &BTreeMap<String, BTreeSet<String>>) -> Vec<BTreeSet<&str>> {
    let names = dependencies.keys().map(String::as_str);
    let mut left: BTreeSet<&str> = names.filter(|name| !FOR_TESTS.contains(name)).collect();
    let mut floors = Vec::new();
    while !left.is_empty() {
        let (floor, above): (BTreeSet<&str>, BTreeSet<&str>) = left
            .iter()
            .partition(|name| dependencies[**name].iter().all(|known| !left.contains(known.as_str())));
        assert!(!floor.is_empty(), "a cycle of crates: {left:?}");
        floors.push(floor);
        left = above;
    }
    floors
}

/// Draws one line per layer, the top layer first: the crates of the language, then all others.
fn drawing(dependencies: &BTreeMap<String, BTreeSet<String>>) -> String {
    let joined = |names: BTreeSet<&str>| names.into_iter().collect::<Vec<_>>().join(" ");
    let rows: Vec<(String, String)> = floors(dependencies)
        .into_iter()
        .map(|floor| floor.into_iter().partition(|name| name.starts_with("sift-")))
        .map(|(language, others)| (joined(language), joined(others)))
        .collect();
    let width = rows
        .iter()
        .map(|(language, _)| language.len())
        .max()
        .unwrap_or_default();
    let mut drawing = String::from("```text\n");
    for (floor, (language, others)) in rows.iter().enumerate().rev() {
        let line = format!("{floor:>2} │ {language:<width$} │ {others}");
        let _ = writeln!(drawing, "{}", line.trim_end());
    }
    let _ = writeln!(drawing, "\nfor tests: {}\n```", FOR_TESTS.join(" "));
    drawing
}

#[test]
fn architecture_diagram_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md");
    let page = fs::read_to_string(&path).expect("read ARCHITECTURE.md");
    let (before, rest) = page.split_once(BEGIN).expect("the page contains the diagram");
    let (_, after) = rest.split_once(END).expect("the diagram has an end");
    let drawing = drawing(&dependencies(&metadata()));
    let current = format!("{before}{BEGIN}{drawing}{END}{after}");
    if env::var_os("UPDATE_ARCHITECTURE").is_some() {
        fs::write(&path, current).expect("write the page");
    } else {
        assert_eq!(page, current, "the diagram is stale: run `just architecture`");
    }
}

#[test]
fn pure_crates_depend_only_on_pure_libraries() {
    let all = dependencies(&metadata());
    for name in PURE {
        let known = all.get(*name).expect("a pure crate is in the workspace");
        let strange: Vec<_> = known
            .iter()
            .filter(|dependency| !all.contains_key(*dependency) && !PURE_LIBRARIES.contains(&dependency.as_str()))
            .collect();
        assert_eq!(
            strange,
            Vec::<&String>::new(),
            "{name} depends on a library that is not in PURE_LIBRARIES"
        );
    }
}

/// The compiler restricts `unsafe` to the module `mmap` of rlm-context, the only one that allows
/// the lint.
#[test]
fn only_one_crate_allows_unsafe_code() {
    let manifest = |path: &Path| -> toml::Table {
        let text = fs::read_to_string(path).expect("a package has a manifest");
        text.parse().expect("valid TOML")
    };
    let lints = |table: &toml::Table| table.get("lints").cloned();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let of_workspace = &manifest(&root)["workspace"]["lints"]["rust"]["unsafe_code"];
    assert_eq!(of_workspace.as_str(), Some("forbid"));
    for package in metadata().packages {
        let lints = lints(&manifest(package.manifest_path.as_std_path())).expect("a package has lints");
        let (is_inherited, unsafe_code) = (lints.get("workspace"), lints.get("rust"));
        if package.name.as_str() == "rlm-context" {
            assert_eq!(unsafe_code.and_then(|rust| rust["unsafe_code"].as_str()), Some("deny"));
        } else {
            assert_eq!(
                is_inherited.and_then(toml::Value::as_bool),
                Some(true),
                "{}",
                package.name
            );
        }
    }
}

/// The imports that modules of command-line arguments may have in addition to each other: types of
/// values.
const VALUES_OF_ARGUMENTS: [&str; 2] = [
    "use rlm_cli_output::progress::ProgressKind;",
    "use rlm_cli_output::schemas;",
];

#[test]
fn argument_modules_import_only_each_other_and_value_types() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/rlm-cli-settings/src/args");
    let files = fs::read_dir(folder).expect("the array has elements");
    let files: Vec<_> = files.map(|entry| entry.expect("list the folder").path()).collect();
    for path in files {
        let text = fs::read_to_string(&path).expect("read the source file");
        let strange: Vec<&str> = text
            .lines()
            .filter(|line| line.contains("crate::") || line.contains("rlm_cli_"))
            .filter(|line| !VALUES_OF_ARGUMENTS.contains(line))
            .collect();
        assert_eq!(strange, Vec::<&str>::new(), "{}", path.display());
    }
}

//! The migration tables for users of other tools: every name of this product in them exists.

use std::path::Path;
use std::process::Command;

use regex::Regex;

use super::names::{is_command, is_flag};

/// Returns all Rust files below a folder, as one text.
fn sources(folder: &Path, text: &mut String) {
    for entry in std::fs::read_dir(folder).expect("the folder exists").flatten() {
        let path = entry.path();
        if path.is_dir() && !path.ends_with("tests") && !path.ends_with("target") {
            sources(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&std::fs::read_to_string(&path).unwrap_or_default());
        }
    }
}

/// Returns `true` if programs can use this function, or this method of a value.
fn is_in_the_language(name: &str) -> bool {
    let folder = tempfile::tempdir().expect("create the folder");
    let program = folder.path().join("one.sift");
    std::fs::write(&program, format!("print({name})\n")).expect("write the program");
    let mut check = Command::new(env!("CARGO_BIN_EXE_rlm"));
    let done = check.arg("check").arg(&program).output().expect("run the binary");
    done.status.success()
}

/// Returns `true` if the crate `rlm` defines or exports a name.
fn is_exported(name: &str) -> bool {
    let mut face = String::new();
    sources(&super::root().join("src"), &mut face);
    let code = face.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code = code.collect::<Vec<_>>().join("\n");
    Regex::new(&format!(r"\b{name}\b")).is_ok_and(|word| word.is_match(&code))
}

/// The fields of a step of `pyrlm_runtime.Trace`.
const FIELDS_OF_PYRLM: [&str; 18] = [
    "step_id",
    "kind",
    "depth",
    "prompt_summary",
    "code",
    "output",
    "stdout",
    "error",
    "usage",
    "model",
    "elapsed",
    "cache_hit",
    "input_hash",
    "output_hash",
    "cache_key",
    "parallel_group_id",
    "parallel_index",
    "parallel_total",
];

#[test]
fn exported_steps_have_the_fields_of_pyrlm() {
    let run =
        rlm_trace::RecordedRun::read(super::root().join("examples/recorded/reviews.jsonl")).expect("read the trace");
    let steps: serde_json::Value =
        serde_json::from_str(&rlm_trace::Trace::of(&run.records).to_json()).expect("valid JSON");
    let step = steps[0].as_object().expect("a step is an object");
    let missing: Vec<&str> = FIELDS_OF_PYRLM
        .into_iter()
        .filter(|field| !step.contains_key(*field))
        .collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn migration_tables_name_existing_items() {
    let chapter = std::fs::read_to_string(super::docs().join("moving.md")).expect("read the chapter");
    let mut code = String::new();
    sources(&super::root().join("crates"), &mut code);
    sources(&super::root().join("src"), &mut code);
    let span = Regex::new("`([^`]+)`").expect("valid regex");
    let (mut rows, mut wrong) = (0, Vec::new());
    for row in chapter.lines().filter(|line| line.starts_with("| ")) {
        let here = row.split('|').nth(2).unwrap_or_default();
        rows += 1;
        for found in span.captures_iter(here) {
            let name = &found[1];
            if !is_there(name, &code) {
                wrong.push(format!("{name}, in: {row}"));
            }
        }
    }
    assert!(rows > 60, "tables not found");
    assert!(wrong.is_empty(), "names that don't exist:\n{}", wrong.join("\n"));
}

/// Returns `true` if a flag, a command, a member of the library, a variable or a function of the
/// language exists.
fn is_there(name: &str, code: &str) -> bool {
    if name.starts_with("--") {
        return is_flag(name.split(' ').next().unwrap_or_default());
    }
    if name.starts_with("rlm ") {
        return is_command(name);
    }
    if let Some((of, member)) = name.trim_end_matches("()").split_once("::") {
        if !is_exported(of) {
            return false;
        }
        let member = member.split('(').next().unwrap_or_default();
        let is_type = format!(r"pub (struct|enum|trait) {of}[ <(]");
        let is_member = format!(r"(?m)fn {member}[(<]|pub {member}: |^    {member}[,( {{]");
        return [is_type, is_member]
            .iter()
            .all(|pattern| Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(code)));
    }
    if let Some((function, _)) = name.split_once('(') {
        return is_in_the_language(function);
    }
    match name.chars().next() {
        // An environment variable, a type or a trait.
        Some(first) if first.is_ascii_uppercase() => is_exported(name) || code.contains(&format!("\"{name}\"")),
        _ => is_in_the_language(name) || code.contains(&format!("\"{name}\"")),
    }
}

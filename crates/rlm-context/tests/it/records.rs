//! Rows and lines as documents: splitting, locations, flaws, and consistency with Python's parsers.

use rlm_test_needs::needs;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use insta::assert_snapshot;
use proptest::prelude::*;
use rlm_context::{
    Context, ContextAs, ContextKind, ContextSpec, Formats, LoadOptions, Loaded, MAX_RECORDS, RecordSplitting, load,
};

fn load_with(files: &[(&str, &[u8])], options: &LoadOptions) -> Loaded {
    let folder = tempfile::tempdir().expect("create a temporary folder");
    let specs: Vec<ContextSpec> = files
        .iter()
        .map(|(name, content)| {
            let path = folder.path().join(name);
            fs::write(&path, content).expect("write the file");
            ContextSpec::path(path).named(*name)
        })
        .collect();
    load(&specs, options).expect("load the context")
}

/// Loads files as a list. Their names don't affect splitting here.
fn loaded(files: &[(&str, &[u8])]) -> Loaded {
    let options = LoadOptions {
        shown_as: ContextAs::List,
        ..LoadOptions::default()
    };
    load_with(files, &options)
}

fn texts(context: &Context) -> Vec<(String, String)> {
    let records = context
        .documents()
        .iter()
        .filter_map(|document| document.records())
        .flatten();
    let flat = |text: sift_text::Text| text.to_flat().expect("no pending values").into_owned();
    records
        .map(|record| (record.name.to_string(), flat(record.text)))
        .collect()
}

fn shown(loaded: &Loaded) -> String {
    let mut shown = String::new();
    for (name, text) in texts(&loaded.context) {
        let _ = writeln!(shown, "{name} {text:?}");
    }
    for warning in &loaded.warnings {
        let _ = writeln!(shown, "! {warning}");
    }
    shown
}

#[test]
fn csv_rows_become_documents_with_the_header() {
    let csv = "\u{feff}name,said\r\nAda,\"one, \"\"two\"\"\r\nthree\"\r\n\r\nBo,\"\"\r\n";
    assert_snapshot!(shown(&loaded(&[("a.csv", csv.as_bytes())])), @r#"
    a.csv:2 "name,said\r\nAda,\"one, \"\"two\"\"\r\nthree\""
    a.csv:5 "name,said\r\nBo,\"\""
    "#);
    assert_snapshot!(shown(&loaded(&[("a.tsv", b"a\tb\n1,5\t\"x\ty\"\n"), ("b.csv", b"x;y\n1,5;2\n")])), @r#"
    a.tsv:2 "a\tb\n1,5\t\"x\ty\""
    b.csv:2 "x;y\n1,5;2"
    "#);
}

#[test]
fn json_lines_become_documents() {
    let lines = "\u{feff}{\"a\": \"ä\"}\r\n\n  [1, 2] \n\"last\"";
    assert_snapshot!(shown(&loaded(&[("a.jsonl", lines.as_bytes())])), @r#"
    a.jsonl:1 "{\"a\": \"ä\"}"
    a.jsonl:3 "[1, 2]"
    a.jsonl:4 "\"last\""
    "#);
}

#[test]
fn malformed_records_are_documents_with_warnings() {
    let lines = b"{\"a\": 1}\n{\"a\": \n{\"a\": NaN, \"b\": \"NaN\\\" -Infinity\"}\nnot json\n";
    assert_snapshot!(shown(&loaded(&[("a.jsonl", lines), ("b.jsonl", b"1\n2")])), @r#"
    a.jsonl:1 "{\"a\": 1}"
    a.jsonl:2 "{\"a\":"
    a.jsonl:3 "{\"a\": NaN, \"b\": \"NaN\\\" -Infinity\"}"
    a.jsonl:4 "not json"
    b.jsonl:1 "1"
    b.jsonl:2 "2"
    ! a.jsonl: 2 lines are invalid JSON; the first is line 2: EOF while parsing a value at column 5
    "#);
    assert_snapshot!(shown(&loaded(&[("a.csv", b"a,b\n1,2\n1\n1,2,3\n\"open,2\n5,6\n"), ("b.csv", b"a\n1")])), @r#"
    a.csv:2 "a,b\n1,2"
    a.csv:3 "a,b\n1"
    a.csv:4 "a,b\n1,2,3"
    a.csv:5 "a,b\n\"open,2\n5,6\n"
    b.csv:2 "a\n1"
    ! a.csv: 3 records (first on line 3) have more or fewer fields than the header (2)
    ! a.csv: unclosed quotation mark in the record on line 5
    "#);
}

#[test]
fn record_files_stay_texts_if_records_are_not_wanted() {
    let csv: (&str, &[u8]) = ("a.csv", b"a,b\n1,2\n");
    let with = |files: &[(&str, &[u8])], options: LoadOptions| {
        let loaded = load_with(files, &options);
        (
            loaded.context.kind(),
            loaded.context.is_split(),
            loaded.context.shown_documents(),
        )
    };
    let list = LoadOptions {
        shown_as: ContextAs::List,
        ..LoadOptions::default()
    };
    assert_eq!(with(&[csv], list.clone()), (ContextKind::List, true, 1));
    let dict = LoadOptions {
        shown_as: ContextAs::Dict,
        ..LoadOptions::default()
    };
    assert_eq!(with(&[csv], dict), (ContextKind::Dict, true, 1));
    // The argument has a name, so programs expect a value under that name.
    assert_eq!(with(&[csv], LoadOptions::default()), (ContextKind::Dict, false, 1));
    assert_eq!(
        with(&[csv, ("b.md", b"b")], list.clone()),
        (ContextKind::List, false, 2)
    );
    let text = LoadOptions {
        shown_as: ContextAs::Text,
        ..LoadOptions::default()
    };
    assert_eq!(with(&[csv], text), (ContextKind::Text, false, 1));
    let raw = LoadOptions {
        formats: Formats::AsTheyAre,
        ..list.clone()
    };
    assert_eq!(with(&[csv], raw), (ContextKind::List, false, 1));
    let never = LoadOptions {
        records: RecordSplitting::Text,
        ..list.clone()
    };
    assert_eq!(with(&[csv], never), (ContextKind::List, false, 1));
    let always = LoadOptions {
        records: RecordSplitting::Documents,
        ..list.clone()
    };
    assert_eq!(
        with(&[csv, ("b.md", b"b"), ("c.jsonl", b"1\n2")], always),
        (ContextKind::List, true, 4)
    );
    // A header without rows, and a file whose content doesn't match its extension.
    assert_eq!(
        with(&[("a.csv", b"a,b\n")], list.clone()),
        (ContextKind::List, false, 1)
    );
    let loaded = load_with(&[("a.jsonl", b"some\ntext\n")], &list);
    assert!(!loaded.context.is_split());
    assert_snapshot!(shown(&loaded), @"! no line of a.jsonl is JSON, so it is loaded as text");
}

#[test]
fn single_record_file_becomes_a_list_of_records() {
    let folder = tempfile::tempdir().expect("create a temporary folder");
    let path = folder.path().join("a.jsonl");
    fs::write(&path, "1\n2\n").expect("write the file");
    let context = load(&[ContextSpec::path(path)], &LoadOptions::default())
        .expect("the record exists")
        .context;
    assert_eq!((context.kind(), context.shown_documents()), (ContextKind::List, 2));
    assert_eq!(context.joined(), "1\n2\n");
}

#[test]
fn digest_distinguishes_records_from_text() {
    let digests = |records| {
        let options = LoadOptions {
            records,
            shown_as: ContextAs::List,
            ..LoadOptions::default()
        };
        let context = load_with(&[("a.csv", b"a\n1\n")], &options).context;
        (context.digest(), context.form_digest())
    };
    let (split, whole) = (digests(RecordSplitting::Documents), digests(RecordSplitting::Text));
    assert_ne!(split.0, whole.0);
    assert_ne!(split.1, whole.1);
}

#[test]
fn too_many_records_fall_back_to_one_text() {
    let lines = "1\n".repeat(MAX_RECORDS);
    assert_eq!(
        loaded(&[("a.jsonl", lines.as_bytes())]).context.shown_documents(),
        MAX_RECORDS as u64
    );
    let loaded = loaded(&[("a.jsonl", lines.as_bytes()), ("b.jsonl", b"2")]);
    assert_eq!(loaded.context.shown_documents(), 2);
    assert_snapshot!(shown(&loaded), @"! b.jsonl brings the context to more than 100000 records, so it is loaded as one text");
}

#[test]
fn large_record_file_is_a_text_unless_requested_as_records() {
    let folder = tempfile::tempdir().expect("create a temporary folder");
    let path = folder.path().join("a.jsonl");
    let line = format!("\"{}\"\n", "x".repeat(1 << 20));
    fs::write(&path, line.repeat(65)).expect("write the file");
    let load_as = |records| {
        let options = LoadOptions {
            records,
            map: rlm_context::Map::TRUSTED,
            ..LoadOptions::default()
        };
        load(&[ContextSpec::path(&path)], &options).expect("the record exists")
    };
    let fitting = load_as(RecordSplitting::Fitting);
    assert!(!fitting.context.is_split());
    let warning = fitting.warnings.first().map(ToString::to_string).unwrap_or_default();
    let warning = warning.replace(&folder.path().display().to_string(), "DIR");
    assert_snapshot!(warning, @"DIR/a.jsonl is larger than 64 MiB, so it is loaded as one text; `--records documents` splits it into records");
    assert_eq!(load_as(RecordSplitting::Documents).context.shown_documents(), 65);
}

#[test]
fn record_slices_are_cited_by_file_lines() {
    let context = loaded(&[("a.csv", b"name,said\nAda,\"one\ntwo\"\nBo,three\n")]).context;
    let records = context.documents().first().and_then(|document| document.records());
    let last = records.and_then(Iterator::last).expect("the context has records");
    let cited: Vec<_> = context
        .locate_text(last.text.settled().expect("no pending values"))
        .map(|location| location.to_string())
        .collect();
    assert_eq!(
        (last.name.as_str(), cited),
        ("a.csv:4", vec!["a.csv:1:1-10".to_owned(), "a.csv:4:1-8".to_owned()])
    );
}

/// Returns the output of a Python program.
fn python(program: &str, input: &str) -> String {
    let mut python = Command::new("python3")
        .args(["-c", program])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("start python3");
    let mut pipe = python.stdin.take().expect("standard input is piped");
    pipe.write_all(input.as_bytes()).expect("write to Python");
    drop(pipe);
    let output = python.wait_with_output().expect("wait for Python");
    String::from_utf8(output.stdout).expect("Python writes UTF-8")
}

/// Reads each text of a JSON list as CSV. Returns its non-empty rows after the header, and the rows
/// of each of our records, parsed on its own.
const PYTHON_ROWS: &str = r#"
import csv, io, json, sys
csv.field_size_limit(1 << 30)
def rows(text, delimiter):
    return [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row]
for text, delimiter, records in json.load(sys.stdin):
    whole = rows(text, delimiter)[1:]
    ours = [rows(record, delimiter)[1] for record in records]
    if whole != ours:
        print(json.dumps([text, whole, ours]))
"#;

#[needs("python3")]
#[test]
fn csv_rows_match_python() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let cell = prop::sample::select(vec![
        "a", "b c", "\"", "\"\"", ",", ";", "\n", "\r\n", "\r", "ä", "\"x\"", " ", "",
    ]);
    let text = prop::collection::vec(cell, 1..24);
    let mut cases = Vec::new();
    for _ in 0..3_000 {
        use proptest::strategy::ValueTree as _;
        // The header fixes the delimiter to a comma.
        let rest = text.new_tree(&mut runner).expect("a text").current().concat();
        let text = format!("x,y\n{rest}");
        let options = LoadOptions {
            shown_as: ContextAs::List,
            ..LoadOptions::default()
        };
        let mut input = options.clone();
        input.standard_input = Some(text.clone().into_bytes());
        let spec: ContextSpec = "a.csv=-".parse().expect("a context argument");
        let context = load(&[spec], &input).expect("load the context").context;
        let records: Vec<String> = texts(&context).into_iter().map(|(_, text)| text).collect();
        cases.push(serde_json::json!([text, ",", records]));
    }
    let cases = serde_json::to_string(&cases).expect("valid JSON");
    assert_eq!(python(PYTHON_ROWS, &cases), "");
}

/// Returns for each text whether Python parses it as JSON.
const PYTHON_JSON: &str = r#"
import json, sys
def reads(text):
    try:
        json.loads(text)
        return True
    except ValueError:
        return False
print(json.dumps([reads(text) for text in json.load(sys.stdin)]))
"#;

#[needs("python3")]
#[test]
fn malformed_json_lines_match_python() {
    let lines = [
        "{}",
        "[1,]",
        "{\"a\":1,}",
        "NaN",
        "[NaN, -Infinity, Infinity]",
        "nan",
        "{\"a\": \"NaN\"}",
        "01",
        "1.",
        "-",
        "\"\\ud800\"",
        "\"\\x\"",
        "'a'",
        "{\"a\" 1}",
        "[1 2]",
        "true",
        "True",
        "1e400",
        "\"a\tb\"",
        "{1: 2}",
        "[[[[1]]]]",
        "1 2",
        "\"NaN",
        "aNaN",
        "null",
        "{\"a\": 1, \"a\": 2}",
    ];
    let flawed = |line: &str| {
        // The valid second line ensures that the file is detected as JSON lines.
        let text = format!("{line}\n0\n");
        let context = loaded(&[("a.jsonl", text.as_bytes())]).context;
        let document = context.documents().first().cloned();
        document.is_some_and(|document| !document.record_flaws().is_empty())
    };
    let ours: Vec<bool> = lines.iter().map(|line| !flawed(line)).collect();
    let input = serde_json::to_string(&lines).expect("valid JSON");
    let theirs = python(PYTHON_JSON, &input);
    let theirs: Vec<bool> = serde_json::from_str(&theirs).expect("a list");
    let both: Vec<_> = lines
        .iter()
        .zip(ours)
        .zip(theirs)
        .filter(|((_, ours), theirs)| ours != theirs)
        .collect();
    assert_eq!(both, []);
}

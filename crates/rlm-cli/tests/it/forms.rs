//! Validates the JSON objects that commands print against their schemas.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::run;
use crate::support::{Done, Place, schema_of, snapshot};

fn named(object: &Value, shown: &Done) -> String {
    match schema_of(object) {
        Ok(Some(name)) => name,
        Ok(None) => panic!("no schema named: {}", shown.shown()),
        Err(wrong) => panic!("{wrong}: {}", shown.shown()),
    }
}

/// Parses each line that is a JSON object.
fn lines(text: &str) -> impl Iterator<Item = Value> {
    text.lines().filter_map(|line| serde_json::from_str(line).ok())
}

/// Commands that print objects, and the commands that prepare them.
const COMMANDS: [&[&str]; 33] = [
    &["session", "new", "land", "--context", "land.txt"],
    &[
        "session",
        "run",
        "land",
        "What is the capital?",
        "--model",
        "fake:model.json",
        "--json",
    ],
    &["session", "show", "land", "--json"],
    &["session", "list", "--json"],
    &[
        "job",
        "submit",
        "What?",
        "--context",
        "land.txt",
        "--model",
        "fake:model.json",
    ],
    &["job", "work"],
    &["job", "status", "last", "--json"],
    &["job", "list", "--json"],
    &[
        "estimate",
        "What?",
        "--context",
        "land.txt",
        "--model",
        "fake:model.json",
        "--json",
    ],
    &["runs", "--json"],
    &["trace", "last", "--json"],
    &["trace", "last", "--calls", "--json"],
    &["trace", "last", "--timeline", "--json"],
    &["trace", "last", "--why", "--json"],
    &["trace", "last", "--step", "1", "--messages", "--json"],
    &["call", "last", "1.1.0", "--json"],
    &["replay", "last", "--json"],
    &["test", "cases", "--json"],
    &["fork", "last", "--at", "2", "--json", "--progress", "none"],
    &["diff", "last", "last", "--json"],
    &[
        "exec",
        "--context",
        "land.txt",
        "--model",
        "fake:model.json",
        "--json",
        "program.sift",
    ],
    &["exec", "--context", "land.txt", "--json", "wrong.sift"],
    &["check", "--json", "wrong.sift", "program.sift"],
    &["models", "--json"],
    &["prompts", "show", "--json"],
    &["prompts", "render", "root-system", "--json"],
    &["config", "show", "--json"],
    &["doctor", "--json"],
    &["cache", "stats", "--json"],
    &["cache", "verify", "--json"],
    &["cache", "clear", "--json"],
    &["trace", "nowhere", "--json"],
    &["run", "What?", "--context", "nowhere.txt", "--json"],
];

#[test]
fn every_command_output_matches_its_schema() {
    let place = run::place()
        .file("questions.jsonl", "\"What is the capital?\"\n")
        .file("program.sift", "print(llm_query('Which city?'))\nFINAL(1)\n")
        .file(
            "cases/land.toml",
            "question = \"What is it?\"\ncontext = \"../land.txt\"\n",
        )
        .file("wrong.sift", "print(contxt)\n");
    let mut seen = BTreeSet::new();
    let first = place
        .ask("fake:model.json")
        .and(["--json", "--progress", "json"])
        .done();
    seen.extend(lines(&first.stderr).map(|object| named(&object, &first)));
    seen.insert(named(&first.json(), &first));
    let again = place
        .ask("fake:model.json")
        .and(["--cache", "off", "--max-steps", "9"])
        .done();
    assert_eq!(again.code, Some(0), "{}", again.shown());
    for command in COMMANDS {
        let done = place.rlm(command.to_vec()).done();
        if command.contains(&"--json") {
            seen.insert(named(&done.json(), &done));
        } else {
            assert_eq!(done.code, Some(0), "{}", done.shown());
        }
    }
    let batch = [
        "batch",
        "questions.jsonl",
        "--context",
        "land.txt",
        "-o",
        "answers.jsonl",
        "--json",
    ];
    let batch = place.rlm(batch).and(["--model", "fake:model.json"]).done();
    seen.insert(named(&batch.json(), &batch));
    seen.extend(lines(&place.read("answers.jsonl")).map(|object| named(&object, &batch)));
    seen.insert(bundled(&place));

    let listed = place.rlm(["schema"]).done();
    let known = listed.stdout.lines().filter_map(|line| line.split_whitespace().next());
    let known: BTreeSet<String> = known.map(str::to_owned).collect();
    assert_eq!(seen, known, "each schema is used");
}

/// Packs the last run. Returns the name of the file that is packed next to its journal.
fn bundled(place: &Place) -> String {
    let done = place.rlm(["bundle", "last", "-o", "run.zip"]).done();
    assert_eq!(done.code, Some(0), "{}", done.shown());
    let packed = std::fs::File::open(place.path("run.zip")).unwrap();
    let mut packed = zip::ZipArchive::new(packed).unwrap();
    let cited = packed.by_name("cited.json").unwrap();
    let cited: Value = serde_json::from_reader(cited).unwrap();
    named(&cited, &done)
}

#[test]
fn schemas_are_listed_and_printed() {
    let place = Place::new();
    let listed = place.rlm(["schema"]).done();
    let one = place.rlm(["schema", "cache-cleared"]).done();
    let unknown = place.rlm(["schema", "rum"]).done();
    assert_eq!((one.code, unknown.code), (Some(0), Some(2)));
    snapshot!("schema", crate::support::session(&[listed, one, unknown]));
}

#[test]
fn json_errors_match_the_error_schema() {
    let place = run::place();
    let failures = [
        &["trace", "nowhere", "--json"][..],
        &["exec", "--context", "nowhere.txt", "--json", "a.sift"],
        &[
            "batch",
            "nowhere.jsonl",
            "--context",
            "land.txt",
            "-o",
            "answers.jsonl",
            "--json",
        ],
        &["trace", "--json"],
    ];
    let done = failures.map(|command| place.rlm(command.to_vec()).done());
    for done in &done {
        assert_eq!(named(&done.json(), done), "error");
    }
    snapshot!("failures-json", crate::support::session(&done));
}

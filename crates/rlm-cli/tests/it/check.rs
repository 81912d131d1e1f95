//! Tests of `rlm check`.

use serde_json::json;

use crate::support::{Place, session, snapshot};

fn place() -> Place {
    Place::new()
        .file(
            "good.sift",
            "total = sum(len(line) for line in context.splitlines())\nprint(total)\n",
        )
        .file("name.sift", "total = 1\nprint(totl)\n")
        .file("class.sift", "class Row:\n    pass\n")
        .file("fenced.sift", "```python\nprint(1)\n```\n")
}

#[test]
fn check_shows_diagnostics_with_source_lines() {
    let place = place();
    let done = [
        place.rlm(["check", "good.sift"]).done(),
        place.rlm(["check", "name.sift", "class.sift", "good.sift"]).done(),
        place.rlm(["check", "fenced.sift"]).done(),
        place.rlm(["check", "missing.sift"]).done(),
    ];
    assert_eq!(
        done.each_ref().map(|done| done.code),
        [Some(0), Some(1), Some(0), Some(2)]
    );
    snapshot!("check", session(&done));
}

#[test]
fn check_json_matches_its_schema() {
    let place = place();
    let done = place.rlm(["check", "--json", "name.sift"]).done();
    assert_eq!(done.code, Some(1));
    assert_eq!(
        done.json(),
        json!({ "schema": "rlm/check@1", "diagnostics": [{
            "code": "S0201",
            "line": 2,
            "column": 7,
            "message": "the name `totl` is not known",
            "help": "did you mean `total`?; write: print(total)",
        }] })
    );
    let good = place.rlm(["check", "--json", "good.sift"]).done();
    assert_eq!(
        (good.code, good.json()),
        (Some(0), json!({ "schema": "rlm/check@1", "diagnostics": [] }))
    );
}

#[test]
fn check_diagnostics_name_their_file() {
    let done = place().rlm(["check", "--json", "name.sift", "class.sift"]).done();
    let files: Vec<_> = done.json()["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["file"].clone())
        .collect();
    assert_eq!(files, ["name.sift", "class.sift"]);
}

#[test]
fn check_can_allow_unknown_names() {
    let done = place().rlm(["check", "--unknown-names", "allow", "name.sift"]).done();
    assert_eq!(done.code, Some(0), "{}", done.shown());
}

#[test]
fn a_program_can_come_from_standard_input() {
    let done = place().rlm(["check", "--json", "-"]).input("print(nope)").done();
    assert_eq!(
        (done.code, &done.json()["diagnostics"][0]["code"]),
        (Some(1), &json!("S0201"))
    );
}

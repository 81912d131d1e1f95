//! Tests of `rlm estimate`: costs before a model is called.

use serde_json::json;

use crate::support::{Place, session, snapshot};

fn place() -> Place {
    Place::new()
        .file("notes/a.md", "Lisbon is a city.\n".repeat(3_000))
        .file("notes/b.md", "Porto too.\n")
}

fn estimate<'a>(more: &[&'a str]) -> Vec<&'a str> {
    ["estimate", "Which cities are named?", "--context", "notes"]
        .into_iter()
        .chain(more.iter().copied())
        .collect()
}

#[test]
fn estimate_lists_every_method_with_its_cost() {
    let place = place();
    // No key is needed, because nothing is sent.
    let done = [
        place
            .rlm(estimate(&[
                "--model",
                "openai:gpt-5.1",
                "--sub-model",
                "openai:gpt-5-nano",
            ]))
            .done(),
        place
            .rlm(estimate(&[
                "--model",
                "openai:mine",
                "--price",
                "openai:mine=2,1,8",
                "--max-steps",
                "1",
                "--max-subcalls",
                "0",
            ]))
            .done(),
        place.rlm(estimate(&[])).done(),
    ];
    assert!(done.iter().all(|done| done.code == Some(0)));
    snapshot!("estimates", session(&done));
    assert_eq!(place.journals().len(), 0, "no run was started");
}

#[test]
fn oversized_direct_prompt_has_no_estimate() {
    let place = Place::new().file("notes/a.md", "Lisbon is a city.\n".repeat(500_000));
    let models = ["--model", "openai:gpt-5.1", "--sub-model", "openai:gpt-5-mini"];
    let done = [
        place.rlm(estimate(&models)).done(),
        place
            .rlm(estimate(&[&models[..], &["--max-subcalls", "3"]].concat()))
            .done(),
    ];
    snapshot!("estimates-of-much", session(&done));
    let object = place.rlm(estimate(&[&models[..], &["--json"]].concat())).done().json();
    assert_eq!(
        (&object["ways"][0]["fits"], &object["ways"][0]["cost"]),
        (&json!(false), &json!(null))
    );
    assert_eq!(object["recommended"], json!("symbolic"));
}

#[test]
fn estimate_json_has_the_same_numbers() {
    let object = place()
        .rlm(estimate(&["--json", "--model", "openai:gpt-5.1"]))
        .done()
        .json();
    assert_eq!(object["context_tokens"], json!(13_503));
    let ways: Vec<_> = object["ways"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|way| way["way"].clone())
        .collect();
    assert_eq!(ways, ["direct", "inline", "symbolic", "symbolic_reading"]);
    assert!(object["ways"][0]["cost"].as_f64() > object["ways"][2]["cost"].as_f64());
}

#[test]
fn estimate_uses_the_prompt_of_the_run() {
    let input = |more: &[&str]| {
        let object = place().rlm(estimate(&[&["--json"], more].concat())).done().json();
        object["ways"][2]["largest_prompt"].as_u64()
    };
    let line = "- search(query, top_k=10) -> passages ranked by shared words (BM25)";
    let (with, without) = (input(&[]), input(&["--no-search"]));
    assert!(
        with > without.map(|tokens| tokens + line.len() as u64 / 4),
        "{with:?} {without:?}"
    );
}

#[test]
fn invalid_estimates_are_one_line_errors() {
    let place = place();
    let done = [
        place.rlm(["estimate", " ", "--context", "notes"]).done(),
        place.rlm(estimate(&["--model", "gpt"])).done(),
        place.rlm(["estimate", "Which?", "--context", "nowhere"]).done(),
    ];
    for done in &done {
        done.is_one_line_error(2);
    }
    snapshot!("bad-estimates", session(&done));
}

//! Whole sessions through `rlm exec`: output, errors, the answer and the calls are the same as with
//! CPython, except for programs with unsupported syntax.

use rlm_test_needs::needs;
use std::path::Path;

use serde_json::{Value, json};

use crate::sessions::{self, Comparison, ContextFile, Recording, Session, StepRecord};
use crate::support::Place;

/// Runs the programs of a session in one command, with a fake model that replies by rules.
fn run(recorded: &Recording) -> Session {
    let rules = json!({ "rules": recorded.rules, "default_reply": recorded.default_reply });
    let place = Place::new().file("rules.json", rules.to_string());
    let (option, context) = match &recorded.context {
        ContextFile::Text(path) => ("--context", path),
        ContextFile::Json(path) => ("--context-json", path),
    };
    let path = |path: &Path| path.display().to_string();
    let options = [option, &path(context), "--query", &recorded.query].map(str::to_owned);
    let done = place
        .rlm(
            ["exec", "--json", "--model", "fake:rules.json"]
                .map(str::to_owned)
                .into_iter()
                .chain(options)
                .chain(recorded.steps.iter().map(|step| path(step))),
        )
        .done();
    assert_eq!(done.code, Some(0), "{}", done.shown());
    let json = done.json();
    let texts = |list: &Value| {
        list.as_array()
            .unwrap()
            .iter()
            .map(|text| text.as_str().unwrap().to_owned())
            .collect()
    };
    Session {
        steps: json["steps"].as_array().unwrap().iter().map(step).collect(),
        answer: json["final"].as_str().map(str::to_owned),
        calls: texts(&json["calls"]),
    }
}

fn step(row: &Value) -> StepRecord {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    StepRecord {
        printed: text(&row["stdout"]).unwrap(),
        error: text(&row["error"]),
        refused: text(&row["diagnostics"][0]["code"]),
    }
}

#[needs("shared")]
#[test]
fn sessions_run_as_in_cpython() {
    let recorded = Recording::all();
    let compared: Vec<(String, Comparison)> = recorded
        .iter()
        .map(|one| (one.name.clone(), one.compare(&run(one))))
        .collect();
    insta::assert_snapshot!(sessions::list(&compared));
    sessions::assert_as_specified(&compared);
}

#[needs("shared")]
#[test]
fn recorded_sessions_rewritten_for_sift_match_cpython() {
    for said in Recording::all().iter().filter_map(Recording::said_in_sift) {
        assert_eq!(said.compare(&run(&said)), Comparison::default(), "{}", said.name);
    }
}

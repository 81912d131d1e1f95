//! Tests of the precedence of limits: a flag, then a variable, then a preset, then the defaults.

use serde_json::{Value, json};

use crate::run::place;
use crate::support::{Place, session, snapshot};

/// Returns the limits of a run that is started with these arguments and variables.
fn limits(place: &Place, arguments: &[&str], variables: &[(&str, &str)]) -> Value {
    // The script has replies for a run without recursion.
    let mut run = place.ask("fake:model.json").and(["--recursive-subcalls", "off"]);
    run = run.and(arguments.iter().copied());
    for (name, value) in variables {
        run = run.env(name, value);
    }
    let done = run.done();
    assert_eq!(done.code, Some(0), "{}", done.shown());
    let trace = place.rlm(["trace", "last", "--json"]).done().json();
    let limits = trace.pointer("/events/0/event/settings/limits");
    limits.cloned().unwrap_or_default()
}

#[test]
fn limit_precedence_is_flag_variable_preset_default() {
    let place = place();
    let variables = [("MAX_RECURSION_DEPTH", " 3 "), ("EXECUTION_TIMEOUT", "120")];
    let engine = ["--preset", "engine"];
    let flags = ["--max-depth", "2", "--max-seconds", "60"];
    let empty = [("MAX_RECURSION_DEPTH", ""), ("EXECUTION_TIMEOUT", " ")];
    for (arguments, variables, depth, seconds) in [
        (&[][..], &[][..], 1, json!(300)),
        (&[], &empty, 1, json!(300)),
        (&[], &variables, 3, json!(120)),
        (&flags, &variables, 2, json!(60)),
        (&engine, &[], 10, json!(300)),
        (&engine, &variables, 3, json!(120)),
        (&["--preset", "engine", "--max-depth", "4"], &variables, 4, json!(120)),
        (&["--max-seconds", "none"], &variables, 3, Value::Null),
    ] {
        let limits = limits(&place, arguments, variables);
        assert_eq!(
            (&limits["depth"], &limits["seconds"]),
            (&json!(depth), &seconds),
            "{arguments:?} {variables:?}"
        );
    }
}

#[test]
fn rlm_engine_variables_limit_context_and_chunk_size() {
    let variables = [("MAX_CONTEXT_SIZE", "400000"), ("DEFAULT_CHUNK_SIZE", "9000")];
    let limits = limits(&place(), &[], &variables);
    assert_eq!(
        (&limits["context_chars"], &limits["chunk_chars"]),
        (&json!(400_000), &json!(9_000))
    );
    let refused = place().ask("fake:model.json").env("DEFAULT_CHUNK_SIZE", "many").done();
    refused.is_one_line_error(2);
}

#[test]
fn limit_variables_are_read_from_the_env_file() {
    let place = place().file(".env", "MAX_RECURSION_DEPTH=5\nEXECUTION_TIMEOUT=none\n");
    let limits = limits(&place, &[], &[]);
    assert_eq!((&limits["depth"], &limits["seconds"]), (&json!(5), &Value::Null));
}

#[test]
fn explicit_limits_are_shown_in_the_trace() {
    let place = place();
    let stated = ["--preset", "engine", "--max-steps", "7", "--max-tokens", "100000"];
    limits(&place, &stated, &[("EXECUTION_TIMEOUT", "none")]);
    let trace = place.rlm(["trace", "last"]).done();
    let shown = trace.stdout.lines().find(|line| line.contains("limits:"));
    assert_eq!(
        shown,
        Some(
            "│ limits:   steps 7, depth 10, tokens 100000, seconds unlimited, context_chars 500000, chunk_chars 50000 characters"
        ),
        "{}",
        trace.shown()
    );
}

#[test]
fn recursion_depth_0_disables_sub_calls() {
    let place = place();
    let done = place.ask("fake:model.json").env("MAX_RECURSION_DEPTH", "0").done();
    assert!(done.stderr.contains("2 steps, 2 calls, "), "{}", done.shown());
}

#[test]
fn engine_preset_limits_context_and_enlarges_chunks() {
    let model = r#"{"script": ["```repl\nFINAL(len(ctx.chunk()))\n```"]}"#;
    let place = Place::new()
        .file("model.json", model)
        .file("land.txt", "0123456789".repeat(50_000))
        .file("long/land.txt", "0123456789".repeat(50_001));
    assert_eq!(place.ask("fake:model.json").done().stdout, "25\n");
    let engine = || place.ask("fake:model.json").and(["--preset", "engine"]);
    assert_eq!(engine().done().stdout, "10\n");
    let long = engine().and(["--context", "long/land.txt"]).done();
    long.is_one_line_error(2);
    assert!(
        long.stderr.contains("the context has 1000010 characters"),
        "{}",
        long.shown()
    );
}

#[test]
fn invalid_limits_are_rejected() {
    let place = place();
    let done = [
        place.ask("fake:model.json").env("MAX_RECURSION_DEPTH", "ten").done(),
        place.ask("fake:model.json").env("MAX_RECURSION_DEPTH", "-1").done(),
        place.ask("fake:model.json").and(["--max-depth", "101"]).done(),
        place.ask("fake:model.json").env("EXECUTION_TIMEOUT", "0").done(),
    ];
    assert!(done.iter().all(|done| done.code == Some(2)), "{}", session(&done));
    snapshot!("limits-refused", session(&done));
}

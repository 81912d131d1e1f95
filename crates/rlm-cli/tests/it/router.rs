//! Tests of direct answers and of profiles.

use crate::support::{Place, session, snapshot};

const LAND: &str = "The capital of the land is Lisbon, which lies at the mouth of the river Tagus.\n";

fn place() -> Place {
    let direct = r#"{"script": ["It is Lisbon."]}"#;
    let refused = r#"{"script": ["I do not know.", "```repl\nFINAL(context[27:33])\n```"]}"#;
    let program = r#"{"script": ["```repl\nFINAL(context[27:33])\n```"], "default_reply": "Lisbon"}"#;
    Place::new()
        .file("land.txt", LAND)
        .file("direct.json", direct)
        .file("refused.json", refused)
        .file("program.json", program)
}

const QUIET: [&str; 3] = ["--progress", "none", "--cache=off"];

#[test]
fn direct_answer_appears_in_the_trace_and_replays() {
    let place = place();
    let run = place.ask("fake:direct.json").and(QUIET).and(["--route", "auto"]).done();
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (Some(0), "It is Lisbon.\n"),
        "{}",
        run.shown()
    );
    let trace = place.rlm(["trace", "last"]).done();
    let replay = place.rlm(["replay", "last", "--context", "land.txt"]).done();
    assert_eq!(replay.code, Some(0), "{}", replay.shown());
    snapshot!("router-direct", session(&[run, trace, replay]));
    let journal = place.rlm(["trace", "last", "--json"]).done();
    assert!(
        journal.stdout.contains(r#""step":"baseline_call""#) || journal.stdout.contains(r#""step": "baseline_call""#)
    );
}

#[test]
fn rejected_direct_answer_continues_or_ends_by_route() {
    let place = place();
    let wanted = ["--required-substring", "Lisbon", "--json"];
    let auto = place
        .ask("fake:refused.json")
        .and(QUIET)
        .and(wanted)
        .and(["--route", "auto"])
        .done();
    let json = auto.json();
    assert_eq!(
        (auto.code, &json["answer"], &json["method"]),
        (Some(0), &"Lisbon".into(), &"rlm".into())
    );
    assert!(json["tokens_used"].as_u64().is_some_and(|tokens| tokens > 0));
    assert_eq!(
        json["reason"],
        "the context has 79 characters, fewer than 8,000, but the direct answer was rejected: it does not contain \"Lisbon\"."
    );
    let direct = place.ask("fake:refused.json").and(QUIET).and(wanted);
    let direct = direct.and(["--route", "direct", "--max-rejections", "0"]).done();
    assert_eq!((direct.code, &direct.json()["method"]), (Some(7), &"baseline".into()));
}

#[test]
fn baseline_threshold_routes_longer_contexts_to_programs() {
    let place = place().file(
        "rlm.toml",
        "[run]\nroute = \"auto\"\nbaseline_threshold = 79\nprofile = \"hybrid\"\n",
    );
    let run = place.ask("fake:program.json").and(QUIET).done();
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (Some(0), "Lisbon\n"),
        "{}",
        run.shown()
    );
    let trace = place.rlm(["trace", "last"]).done();
    assert!(
        trace.stdout.contains("route:    rlm: the context has 79 characters"),
        "{}",
        trace.shown()
    );
    assert!(trace.stdout.contains("profile:  hybrid"), "{}", trace.shown());
}

#[test]
fn incompatible_direct_route_settings_are_rejected() {
    let place = place();
    let keywords = place.ask("search").and(QUIET).and(["--route", "direct"]).done();
    let guarded = place.ask("fake:direct.json").and(QUIET);
    let guarded = guarded.and(["--route", "direct", "--require-repl-before-final"]).done();
    let profile = place
        .ask("fake:direct.json")
        .and(QUIET)
        .and(["--profile", "quick"])
        .done();
    assert!([&keywords, &guarded, &profile].iter().all(|done| done.code == Some(2)));
    snapshot!("router-refused", session(&[keywords, guarded, profile]));
}

#[test]
fn a_profile_limits_sub_calls() {
    let program = r#"{"script": ["```repl\nprint(sum(failed(reply) for reply in llm_query_batched(['?'] * 12)))\n```", "```repl\nFINAL('done')\n```"],
        "default_reply": "so"}"#;
    let place = place().file("asking.json", program);
    let run = place
        .ask("fake:asking.json")
        .and(QUIET)
        .and(["--profile", "deterministic_first"])
        .done();
    assert_eq!(run.code, Some(0), "{}", run.shown());
    let trace = place.rlm(["trace", "last"]).done();
    assert!(
        trace.stdout.contains("limits:   sub-calls 10") || trace.stdout.contains("subcalls 10"),
        "{}",
        trace.shown()
    );
}

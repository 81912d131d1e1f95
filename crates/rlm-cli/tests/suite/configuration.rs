//! Flags that a project states once, in the table `[run]` of its `rlm.toml`.

use serde_json::json;

use crate::support::{Place, session, snapshot};

const RUN: [&str; 6] = ["run", "Who is it?", "--context", "text.txt", "--progress", "none"];

/// A project with such a file, and a model that asks a sub-model once, in its third turn.
fn place(file: &str) -> Place {
    let root = r#"{"script": [
        "```repl\nprint(1)\n```", "```repl\nprint(2)\n```", "```repl\nFINAL(llm_query('Who?'))\n```", "FINAL: nobody"
    ], "default_reply": "it is she"}"#;
    Place::new()
        .file("text.txt", "It is she.\n")
        .file("root.json", root)
        .file("rlm.toml", file)
}

#[test]
fn runs_go_by_what_the_file_states_unless_they_are_told_otherwise() {
    let place = place(
        "[run]\nmodel = \"fake:root.json\"\nmax_steps = 2\ncache = \"off\"\nrecursive_subcalls = false\njson = false\n",
    );
    let by_file = place.rlm(RUN).done();
    assert_eq!(by_file.code, Some(5), "{}", by_file.shown());
    assert!(by_file.stderr.contains("MaxStepsExceeded"), "{}", by_file.shown());
    let by_flag = place.rlm(RUN).and(["--max-steps", "5"]).done();
    assert_eq!((by_flag.code, by_flag.stdout.trim()), (Some(0), "it is she"));
}

#[test]
fn variables_come_before_the_file() {
    let place = place("[run]\nmodel = \"fake:nowhere.json\"\ncache = \"off\"\n");
    let run = place.rlm(RUN).env("RLM_MODEL", "fake:root.json").done();
    assert_eq!((run.code, run.stdout.trim()), (Some(0), "it is she"));
}

#[test]
fn what_is_wrong_with_the_file_is_said_with_the_key_and_help_is_shown_all_the_same() {
    let wrong = [
        "[run]\nmax_stepz = 2\n",
        "[run]\nwords_of_mine = 2\n",
        "[run]\nmax_steps = \"many\"\n",
        "[run]\nmax_steps = [1, 2]\n",
        "[run]\njson = \"yes\"\n",
        "[run]\nat_max_depth = \"stop\"\n",
        "[run]\nmax_steps = 1979-05-27\n",
        "run = 3\n",
    ];
    let done = wrong.map(|file| {
        let place = place(file);
        let help = place.rlm(["run", "--help"]).done();
        assert_eq!(help.code, Some(0));
        place.rlm(RUN).done()
    });
    assert!(done.iter().all(|done| done.code == Some(2)));
    snapshot!("configuration-wrong", session(&done));
}

#[test]
fn other_commands_take_the_flags_that_they_have() {
    let place = place("[run]\nmodel = \"fake:root.json\"\nmax_steps = 2\non_limit = \"error\"\n");
    let estimate = place.rlm(["estimate", "Who is it?", "--context", "text.txt"]).done();
    assert_eq!(estimate.code, Some(0), "{}", estimate.shown());
    let fmt = place.rlm(["models"]).done();
    assert_eq!(fmt.code, Some(0), "{}", fmt.shown());
    // What a session may spend is said where it is begun, and nowhere else.
    let place = self::place("[run]\nmax_cost = \"1\"\nmax_tokens = 9000\n");
    let new = ["session", "new", "talk", "--context", "text.txt"];
    assert_eq!(place.rlm(new).done().code, Some(0));
    let session = place.rlm(["session", "show", "talk", "--json"]).done().json();
    assert_eq!(
        (&session["max_cost"], &session["max_tokens"]),
        (&json!(null), &json!(null))
    );
}

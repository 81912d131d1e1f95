//! When a run may end, and with what.

use crate::support::{Place, session, snapshot};

const LAND: &str = "The capital is Aber.\nThe river is the Ysk.\n";

fn place(script: &[&str]) -> Place {
    let model = serde_json::json!({ "script": script, "default_reply": "Aber" });
    Place::new()
        .file("land.txt", LAND)
        .file("model.json", model.to_string())
        .file("fallback.sift", "found = ask('What is the capital?', P)\n")
}

const QUIET: [&str; 3] = ["--progress", "none", "--cache=off"];

#[test]
fn guards_make_answers_wait() {
    let place = place(&[
        "FINAL: Paris",
        "```repl\nprint(peek(20))\n```",
        "```repl\nFINAL(llm_query(P))\n```",
    ]);
    let run = place
        .ask("fake:model.json")
        .and(QUIET)
        .and(["--require-repl-before-final", "--require-subcall-before-final"])
        .done();
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), "Aber\n"), "{}", run.shown());
    let replay = place.rlm(["replay", "last", "--context", "land.txt"]).done();
    assert_eq!(replay.code, Some(0), "{}", replay.shown());
}

#[test]
fn a_fallback_program_gives_the_answer_that_a_variable_holds() {
    let place = place(&["I would have to see it."]);
    let run = place
        .ask("fake:model.json")
        .and(QUIET)
        .and(["--fallback-code", "fallback.sift", "--auto-finalize-var", "found"])
        .done();
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), "Aber\n"), "{}", run.shown());
    let trace = place.rlm(["trace", "last"]).done();
    snapshot!("finals-fallback", session(&[run, trace]));

    let missing = place
        .ask("fake:model.json")
        .and(["--fallback-code", "missing.sift"])
        .done();
    missing.is_one_line_error(2);
    let place = place.file("wrong.sift", "print('a'\n");
    let wrong = place
        .ask("fake:model.json")
        .and(["--fallback-code", "wrong.sift"])
        .done();
    wrong.is_one_line_error(2);
    snapshot!("finals-fallback-refused", session(&[missing, wrong]));
}

#[test]
fn replies_without_programs_end_the_run() {
    let place = place(&["Hm.", "Hm, hm.", "CANNOT_DETERMINE: nothing was shown"]);
    let run = place
        .ask("fake:model.json")
        .and(QUIET)
        .and(["--invalid-response-limit", "2"])
        .done();
    snapshot!("finals-invalid-responses", run.shown());
    assert_eq!(run.code, Some(5));
}

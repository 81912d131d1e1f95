//! The spellings that people try first: `ask`, paths after the question, short flags, `help` and
//! `version`.

use crate::support::{Place, session, snapshot};

const QUIET: [&str; 3] = ["--progress", "none", "--cache=off"];

fn place() -> Place {
    Place::new()
        .file("minutes/may.txt", "The roof was repaired in May.\n")
        .file("minutes/june.txt", "The stairs are new.\n")
}

#[test]
fn paths_follow_the_question_under_both_names_of_the_command() {
    let place = place();
    let run = place.rlm(["run", "When was the roof repaired?", "minutes", "-m", "search"]);
    let ask = place.rlm([
        "ask",
        "When was the roof repaired?",
        "-c",
        "minutes",
        "--model",
        "search",
    ]);
    let both = place.rlm([
        "ask",
        "roof or stairs",
        "minutes/may.txt",
        "--context",
        "minutes/june.txt",
        "-m",
        "search",
    ]);
    let done = [run, ask, both].map(|command| command.and(QUIET).done());
    assert!(done.iter().all(|done| done.code == Some(0)));
    snapshot!("manners-paths", session(&done));
}

#[test]
fn configuration_files_apply_to_an_alias() {
    let place = place().file(
        "rlm.toml",
        "[run]\nmodel = \"search\"\nprogress = \"none\"\ncache = \"off\"\n",
    );
    let done = place
        .rlm(["ask", "When was the roof repaired?", "minutes", "-j"])
        .done();
    assert_eq!(done.code, Some(0), "{}", done.shown());
    assert!(done.stdout.contains("\"schema\":\"rlm/run@1\"") || done.stdout.contains("\"schema\": \"rlm/run@1\""));
}

#[test]
fn help_and_version_are_commands() {
    let place = place();
    let help = place.rlm(["help", "version"]).done();
    let (version, flag) = (place.rlm(["version"]).done(), place.rlm(["--version"]).done());
    assert_eq!((help.code, version.code), (Some(0), Some(0)));
    assert!(help.stdout.contains("Print the version"), "{}", help.shown());
    assert_eq!(version.stdout, flag.stdout);
}

#[test]
fn quiet_runs_print_the_answer_alone() {
    let model = r#"{"script": ["```repl\nprint(llm_query('Who?'))\n```", "FINAL: In May."], "default_reply": "x"}"#;
    let place = place().file("model.json", model);
    let ask = ["ask", "When?", "minutes", "-m", "fake:model.json", "--cache=off"];
    let complete = place.rlm(ask).and(["--quiet"]).done();
    assert_eq!(
        (complete.code, complete.stdout.as_str(), complete.stderr.as_str()),
        (Some(0), "In May.\n", "")
    );
    // What is not a complete answer is said even so.
    let partial = place.rlm(ask).and(["-q", "--max-steps", "1"]).done();
    let unable = place
        .rlm(["ask", "Who signed?", "minutes", "-m", "search", "-q"])
        .done();
    let both = place.rlm(ask).and(["-q", "-v"]).done();
    assert_eq!((both.code, both.stderr.as_str()), (Some(0), ""));
    let json = place.rlm(ask).and(["-q", "--json"]).done();
    assert_eq!(
        (json.json()["answer"].as_str(), json.stderr.as_str()),
        (Some("In May."), "")
    );
    snapshot!("manners-quiet", session(&[partial, unable]));
}

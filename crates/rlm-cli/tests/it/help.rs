//! Tests of the help texts and of errors in the command line.

use crate::support::{Place, session, snapshot};

#[test]
fn help_of_every_command() {
    let place = Place::new();
    for command in [
        "run", "batch", "chat", "estimate", "exec", "check", "fmt", "models", "runs", "watch", "trace", "report",
        "call", "schema", "bundle", "replay", "resume", "fork", "diff", "prompts", "test", "record",
    ] {
        let done = place.rlm([command, "--help"]).env("COLUMNS", "100").done();
        assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""), "{}", done.shown());
        insta::with_settings!({ omit_expression => true, snapshot_suffix => command }, {
            insta::assert_snapshot!("help", done.shown());
        });
    }
    snapshot!("help", place.rlm(["--help"]).env("COLUMNS", "100").done().shown());
}

#[test]
fn invalid_arguments_report_usage_errors() {
    let place = Place::new();
    let lines: [&[&str]; 6] = [
        &[],
        &["rum", "x"],
        &["run"],
        &["run", "x", "--context", "a", "--max-cost", "cheap"],
        &["run", "x", "--context", "a", "--progress", "loud"],
        &["run", "x", "--context", "a", "--journal", "j", "--no-journal"],
    ];
    let done = lines.map(|arguments| place.rlm(arguments.to_vec()).env("COLUMNS", "100").done());
    assert!(done.iter().all(|done| done.code == Some(2)));
    // Without arguments, the command shows the help, which another snapshot contains.
    assert!(done[0].stderr.starts_with("Answers questions"));
    snapshot!("wrong-arguments", session(&done[1..]));
}

#[test]
fn invalid_arguments_with_json_are_an_error_object() {
    let done = Place::new().rlm(["run", "--json", "x", "--max-cost", "cheap"]).done();
    assert_eq!(done.code, Some(2));
    assert_eq!(
        (&done.json()["outcome"], &done.json()["error"]["code"]),
        (&"invalid_request".into(), &"usage".into())
    );
}

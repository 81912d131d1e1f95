//! Tests of `rlm completions`: shells accept the scripts, and complete with them.

use rlm_test_needs::needs;
use std::path::Path;
use std::process::Command;

use crate::support::Place;

/// Runs a shell in a place, with `rlm` on its path. Returns its exit code and its output.
fn shell(name: &str, arguments: &[&str], place: &Place) -> (Option<i32>, String) {
    let binary = Path::new(env!("CARGO_BIN_EXE_rlm")).parent().unwrap();
    let path = std::env::var("PATH").unwrap_or_default();
    let output = Command::new(name)
        .args(arguments)
        .current_dir(place.path(""))
        .env("PATH", format!("{}:{path}", binary.display()))
        .env("RLM_DATA_DIR", place.path("data"))
        .env("RLM_CONFIG", place.path("config.toml"))
        .env_remove("OPENAI_API_KEY")
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&text).into_owned())
}

/// Writes the script for a shell to a file of a place with two runs and a session.
fn script(name: &str) -> Place {
    let place = Place::new().file("a.txt", "The roof leaks.\n");
    let done = place.rlm(["completions", name]).done();
    assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""), "{name}");
    for question in ["Does the roof leak?", "Which roof?"] {
        let asked = place.rlm(["ask", question, "a.txt", "--model", "search"]).done();
        assert_eq!(asked.code, Some(0), "{}", asked.shown());
    }
    let session = place.rlm(["session", "new", "minutes", "--context", "a.txt"]).done();
    assert_eq!(session.code, Some(0), "{}", session.shown());
    place.file("script", done.stdout)
}

#[needs("bash")]
#[test]
fn bash_completes_commands_flags_values_and_stored_names() {
    let place = script("bash").file(
        "try.sh",
        "source ./script\n\
         try() {\n\
         COMP_WORDS=(\"$@\") COMP_CWORD=$(($# - 1)) COMP_TYPE=9\n\
         _clap_complete_rlm rlm \"${COMP_WORDS[COMP_CWORD]}\" \"${COMP_WORDS[COMP_CWORD - 1]}\" 2> errors\n\
         echo \"${COMPREPLY[@]}\"\n\
         }\n\
         try rlm tra\ntry rlm run --max-co\ntry rlm session sh\ntry rlm run x --route d\n\
         try rlm trace la\ntry rlm session run mi\ntry rlm run x --model sea\ntry rlm trace 2 | wc -w\n",
    );
    let (code, text) = shell("bash", &["--norc", "try.sh"], &place);
    let completed: Vec<&str> = text.lines().map(str::trim).collect();
    assert_eq!(code, Some(0), "{text}");
    let expected = [
        "trace",
        "--max-cost",
        "show",
        "direct",
        "last",
        "minutes",
        "search",
        "2",
    ];
    assert_eq!(completed, expected);
}

#[needs("fish")]
#[test]
fn fish_completes_with_descriptions() {
    let place = script("fish");
    let (code, text) = shell("fish", &["-c", "source script; complete -C 'rlm trace 2'"], &place);
    assert_eq!(code, Some(0), "{text}");
    let described = text.lines().filter(|line| line.contains("roof")).count();
    assert_eq!(described, 2, "{text}");
}

#[needs("zsh")]
#[test]
fn zsh_accepts_its_completion_script() {
    let taken = shell("zsh", &["-n", "script"], &script("zsh"));
    assert_eq!(taken, (Some(0), String::new()));
}

#[needs("fish")]
#[test]
fn fish_accepts_its_completion_script() {
    let taken = shell("fish", &["--no-execute", "script"], &script("fish"));
    assert_eq!(taken, (Some(0), String::new()));
}

#[test]
fn powershell_and_elvish_completion_scripts_exist() {
    for name in ["powershell", "elvish"] {
        script(name);
    }
    let wrong = Place::new().rlm(["completions", "cmd"]).done();
    assert_eq!(wrong.code, Some(2), "{}", wrong.shown());
}

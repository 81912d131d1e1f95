//! Tests of `rlm completions`: shells accept the scripts, and complete with them.

use rlm_test_needs::needs;
use std::process::Command;

use crate::support::Place;

/// Runs a shell with a file. Returns its exit code and its output.
fn shell(name: &str, arguments: &[&str], place: &Place) -> (Option<i32>, String) {
    let output = Command::new(name)
        .args(arguments)
        .current_dir(place.path(""))
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&text).into_owned())
}

/// Writes the script for a shell to a file of a new place.
fn script(name: &str) -> Place {
    let done = Place::new().rlm(["completions", name]).done();
    assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""), "{name}");
    assert!(done.stdout.contains("max-cost"), "{name}");
    Place::new().file("script", done.stdout)
}

#[needs("bash")]
#[test]
fn bash_completes_commands_flags_and_values() {
    let place = script("bash").file(
        "try.sh",
        "source ./script\n\
         try() {\n\
         COMP_WORDS=(\"$@\") COMP_CWORD=$(($# - 1))\n\
         _rlm rlm \"${COMP_WORDS[COMP_CWORD]}\" \"${COMP_WORDS[COMP_CWORD - 1]}\"\n\
         echo \"${COMPREPLY[@]}\"\n\
         }\n\
         try rlm tra\ntry rlm run --max-co\ntry rlm session sh\ntry rlm run x --route d\n",
    );
    let (code, text) = shell("bash", &["--norc", "try.sh"], &place);
    assert_eq!((code, text.as_str()), (Some(0), "trace\n--max-cost\nshow\ndirect\n"));
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

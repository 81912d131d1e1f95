//! `rlm completions`: shells take the scripts, and complete by them.

#![expect(clippy::print_stderr, reason = "a test that is skipped says so")]

use std::process::Command;

use crate::support::Place;

/// Runs a shell on a file; none where there is no such shell here.
fn shell(name: &str, arguments: &[&str], place: &Place) -> Option<(Option<i32>, String)> {
    let run = Command::new(name).args(arguments).current_dir(place.path("")).output();
    let Ok(output) = run else {
        eprintln!("skipped: there is no {name}");
        return None;
    };
    let text = [output.stdout, output.stderr].concat();
    Some((output.status.code(), String::from_utf8_lossy(&text).into_owned()))
}

/// Writes the script for a shell to a file.
fn script(name: &str) -> Place {
    let done = Place::new().rlm(["completions", name]).done();
    assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""), "{name}");
    assert!(done.stdout.contains("max-cost"), "{name}");
    Place::new().file("script", done.stdout)
}

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
    let Some((code, text)) = shell("bash", &["--norc", "try.sh"], &place) else {
        return;
    };
    assert_eq!((code, text.as_str()), (Some(0), "trace\n--max-cost\nshow\ndirect\n"));
}

#[test]
fn other_shells_take_their_scripts() {
    for (name, arguments) in [("zsh", ["-n", "script"]), ("fish", ["--no-execute", "script"])] {
        let place = script(name);
        if let Some((code, text)) = shell(name, &arguments, &place) {
            assert_eq!((code, text.as_str()), (Some(0), ""), "{name}");
        }
    }
    // Nothing here reads these.
    for name in ["powershell", "elvish"] {
        script(name);
    }
    let wrong = Place::new().rlm(["completions", "cmd"]).done();
    assert_eq!(wrong.code, Some(2), "{}", wrong.shown());
}

//! Tests of colours, in a real terminal, in pipes, and with variables. Each stream is decided
//! separately.

use rlm_test_needs::needs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::Place;

/// Returns `true` if a text contains colours or font weights. Cursor movements of the live line
/// don't count.
fn has_color(text: &str) -> bool {
    regex::Regex::new("\u{1b}\\[[0-9;]*m")
        .expect("valid regex")
        .is_match(text)
}

/// Creates a place with a program that the checker rejects.
fn place() -> Place {
    Place::new().file("bad.sift", "print(nobody)\n")
}

/// Runs a shell command in a terminal of 100 columns. Returns the terminal's content.
pub(crate) fn in_terminal(place: &Place, line: &str, variables: &[(&str, &str)]) -> String {
    let binary = Path::new(env!("CARGO_BIN_EXE_rlm"))
        .parent()
        .expect("the binary is in a folder");
    let output = Command::new("script")
        .args(["-qec", &format!("stty cols 100; {line}"), "/dev/null"])
        .current_dir(place.path(""))
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", binary.display()))
        .env("TERM", "xterm-256color")
        .env("RLM_DATA_DIR", place.path("data"))
        .env("RLM_CACHE", place.path("cache"))
        .env("RLM_DETECT", "off")
        .env("RLM_CONFIG", place.path("config.toml"))
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .output()
        .expect("start `script`");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[needs("script")]
#[test]
fn terminals_get_colors_unless_disabled_by_a_variable() {
    let place = place();
    let lines = [
        "rlm check bad.sift",
        "rlm doctor",
        "rlm --help",
        "rlm run",
        "RUST_LOG=info rlm run x --data y --model search",
    ];
    for line in lines {
        let plain = in_terminal(&place, line, &[]);
        assert!(has_color(&plain), "{line}: {plain}");
        for variables in [[("NO_COLOR", "1")], [("TERM", "dumb")], [("CLICOLOR", "0")]] {
            let text = in_terminal(&place, line, &variables);
            assert!(!has_color(&text), "{line} with {variables:?}: {text:?}");
        }
    }
}

#[needs("script")]
#[test]
fn color_support_is_detected_per_output_stream() {
    let place = place();
    let error = in_terminal(&place, "rlm doctor > out.txt; rlm check bad.sift >> out.txt", &[]);
    assert!(has_color(&error), "{error}");
    assert!(place.read("out.txt").contains("terminal"));
    assert!(!has_color(&place.read("out.txt")));
    let output = in_terminal(&place, "rlm doctor 2> err.txt; rlm check bad.sift 2>> err.txt", &[]);
    assert!(has_color(&output), "{output}");
    assert!(place.read("err.txt").contains("nobody"));
    assert!(!has_color(&place.read("err.txt")));
}

#[needs("script")]
#[test]
fn pipes_get_no_colors_unless_forced() {
    let place = place();
    let lines: [&[&str]; 4] = [&["check", "bad.sift"], &["doctor"], &["--help"], &["rum"]];
    for line in lines {
        let text = |variables: &[(&str, &str)]| {
            let mut rlm = place.rlm(line.to_vec());
            for (name, value) in variables {
                rlm = rlm.env(name, value);
            }
            let done = rlm.done();
            done.stdout + &done.stderr
        };
        assert!(!has_color(&text(&[("TERM", "xterm")])), "{line:?}");
        assert!(has_color(&text(&[("CLICOLOR_FORCE", "1")])), "{line:?}");
        assert!(!has_color(&text(&[("CLICOLOR_FORCE", "")])), "{line:?}");
        assert!(
            !has_color(&text(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")])),
            "{line:?}"
        );
    }
}

/// The pictures of the book that show terminals. The test takes half a minute, nearly all of it asleep.
#[needs("tmux", "python3")]
#[test]
fn pictures_show_the_current_screens() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/pictures/terminal.py");
    let output = Command::new("python3")
        .arg(script)
        .args([env!("CARGO_BIN_EXE_rlm"), "--check"])
        .output()
        .expect("start python3");
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

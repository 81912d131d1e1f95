//! Tests of `rlm report`.

use rlm_test_needs::needs;

use crate::run::place;
use crate::support::{Place, session, snapshot};
use crate::terminal::in_terminal;

const LAND: &str =
    "Portugal lies at the sea.\nThe capital of Portugal is Lisbon, on the Tagus.\nIts people speak Portuguese.\n";
const QUOTING: &str = r#"{"script": ["```repl\nstart = context.find('The capital')\nFINAL('It says: ' + context[start:start + 48])\n```"]}"#;

fn quoting() -> Place {
    let place = Place::new().file("land.txt", LAND).file("model.json", QUOTING);
    let done = place.ask("fake:model.json").done();
    assert_eq!(done.code, Some(0), "{}", done.shown());
    place
}

#[test]
fn report_page_of_a_complete_run_shows_cited_context() {
    let place = quoting();
    let done = place.rlm(["report", "last", "-o", "run.html"]).done();
    assert_eq!((done.code, done.stdout.as_str()), (Some(0), ""), "{}", done.shown());
    assert!(done.stderr.starts_with("wrote run.html, "), "{}", done.shown());
    let page = place.read("run.html");
    assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
    assert!(page.contains("land.txt:2") && page.contains(">exact quote<"), "{page}");
    assert!(
        page.contains(
            "Portugal lies at the sea.\n<mark id=\"source-1\">The capital of Portugal is Lisbon, on the Tagus.</mark>"
        ),
        "{page}"
    );
    // Without `-o`, the page is written to standard output.
    let shown = place.rlm(["report", "last"]).done().stdout;
    assert!(shown.ends_with("</html>\n") && shown.len() > 10_000, "{shown}");
    // The path of a journal works from any folder.
    let journal = place.journals().remove(0);
    let done = place.rlm(["report", &journal.display().to_string()]).done();
    assert_eq!(done.stdout, shown);
}

#[test]
fn report_notes_a_changed_or_missing_context() {
    let place = quoting().file("land.txt", LAND.replace("Lisbon", "Madrid"));
    let changed = place.rlm(["report", "last"]).done();
    assert!(
        !changed.stdout.contains(">exact quote<") && !changed.stdout.contains("Madrid"),
        "{}",
        changed.shown()
    );
    std::fs::remove_file(place.path("land.txt")).expect("the report exists");
    let gone = place.rlm(["report", "last", "-o", "gone.html"]).done();
    assert_eq!(gone.code, Some(0), "{}", gone.shown());
    assert!(place.read("gone.html").contains("were not checked again"));
    // If the context is given, its text is shown again. A context that can't be read is an error.
    let place = place.file("moved.txt", LAND);
    let given = place.rlm(["report", "last", "--context", "land.txt=moved.txt"]).done();
    assert!(given.stdout.contains(">exact quote<"), "{}", given.shown());
    let wrong = place.rlm(["report", "last", "--context", "nowhere.txt"]).done();
    wrong.is_one_line_error(2);
    let unwritable = [
        "report",
        "last",
        "--context",
        "land.txt=moved.txt",
        "-o",
        "nowhere/run.html",
    ];
    let unwritable = place.rlm(unwritable).done();
    unwritable.is_one_line_error(2);
    let shown = session(&[gone, wrong, unwritable]);
    let size = regex::Regex::new(r"\d+\.\d kB").expect("valid regex");
    snapshot!("report", size.replace_all(&shown, "[size]"));
}

#[needs("script")]
#[test]
fn report_on_a_terminal_is_written_next_to_the_journal() {
    let place = quoting();
    let shown = in_terminal(&place, "rlm report last", &[]);
    assert!(shown.contains("wrote ") && shown.contains("report.html, "), "{shown}");
    assert!(
        shown.contains("kB, readable only by you") && !shown.contains("<html"),
        "{shown}"
    );
    let page = std::fs::read_to_string(place.journals()[0].with_file_name("report.html")).expect("read the page");
    assert!(page.contains("exact quote"), "{page}");
    // The run is still found, and a pipe gets the page.
    let piped = in_terminal(&place, "rlm report last | cat > piped.html", &[]);
    assert_eq!((piped.as_str(), place.read("piped.html")), ("", page));
}

#[cfg(unix)]
#[test]
fn report_opens_in_a_browser() {
    use std::os::unix::fs::PermissionsExt;

    let place = quoting().file("bin/xdg-open", "#!/bin/sh\nprintf %s \"$1\" > opened\n");
    std::fs::set_permissions(place.path("bin/xdg-open"), PermissionsExt::from_mode(0o755)).expect("set the mode");
    let path = place.path("bin");
    let opened = place
        .rlm(["report", "last", "--open"])
        .env("PATH", &path.to_string_lossy())
        .done();
    assert_eq!(
        (opened.code, opened.stdout.as_str()),
        (Some(0), ""),
        "{}",
        opened.shown()
    );
    assert_eq!(
        place.read("opened"),
        place.journals()[0].with_file_name("report.html").to_string_lossy()
    );
    let named = place.rlm(["report", "last", "--open", "-o", "run.html"]);
    let without = named.env("PATH", &place.path("nothing").to_string_lossy()).done();
    assert_eq!(
        (without.code, without.stderr.lines().count()),
        (Some(2), 2),
        "{}",
        without.shown()
    );
    assert!(
        without.stderr.contains("error: can't open run.html in a browser: none was found, or it did not start; open the file yourself, or omit --open"),
        "{}",
        without.shown()
    );
    assert!(place.read("run.html").contains("</html>"));
}

#[test]
fn private_report_has_no_texts() {
    let place = quoting();
    let done = place.rlm(["report", "last", "--private", "-o", "figures.html"]).done();
    assert_eq!(done.code, Some(0), "{}", done.shown());
    let page = place.read("figures.html");
    for text in ["Portugal", "Lisbon", "capital", "land.txt", "context.find", "It says"] {
        assert!(!page.contains(text), "{text}");
    }
    assert!(
        page.contains("Private report") && page.contains("Complete") && page.contains("Step 1"),
        "{page}"
    );
    let both = place
        .rlm(["report", "last", "--private", "--context", "land.txt"])
        .done();
    assert_eq!(both.code, Some(2), "{}", both.shown());
}

#[test]
fn context_is_also_found_beside_its_journal() {
    let place = quoting();
    std::fs::create_dir(place.path("moved")).expect("create the folder");
    std::fs::rename(&place.journals()[0], place.path("moved/run.jsonl")).expect("move the journal");
    std::fs::rename(place.path("land.txt"), place.path("moved/land.txt")).expect("move the context");
    let found = place.rlm(["report", "moved/run.jsonl"]).done();
    assert!(found.stdout.contains(">exact quote<"), "{}", found.shown());
    let replayed = place.rlm(["replay", "moved/run.jsonl"]).done();
    assert_eq!(replayed.code, Some(0), "{}", replayed.shown());
    std::fs::write(place.path("moved/land.txt"), LAND.replace("Lisbon", "Madrid")).expect("change the context");
    let changed = place.rlm(["report", "moved/run.jsonl"]).done();
    assert!(!changed.stdout.contains("Madrid"), "{}", changed.shown());
}

#[test]
fn report_of_partial_and_failed_runs_suggests_next_steps() {
    let script =
        r#"{"script": ["```repl\nprint(P[:6])\n```", "```repl\nprint(contxt)\n```", "Lisbon, as far as I know."]}"#;
    let place = place().file("partial.json", script);
    let done = place.ask("fake:partial.json").and(["--max-steps", "2"]).done();
    assert_eq!(done.code, Some(3), "{}", done.shown());
    let page = place.rlm(["report", "last"]).done().stdout;
    assert!(
        page.contains("Partial answer") && page.contains("the program was rejected: S0201"),
        "{page}"
    );
    assert!(page.contains(" --max-steps 4</code>"), "{page}");

    let script = r#"{"script": [{"fail": {"kind": "unauthorized", "message": "the key was withdrawn"}}]}"#;
    let place = place.file("failed.json", script);
    assert_eq!(place.ask("fake:failed.json").done().code, Some(4));
    let page = place.rlm(["report", "last"]).done().stdout;
    assert!(
        page.contains("Provider error") && page.contains("the key was withdrawn"),
        "{page}"
    );
    assert!(
        page.contains("rlm resume ") && page.contains("There is no answer."),
        "{page}"
    );
}

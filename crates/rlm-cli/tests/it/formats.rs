//! Tests of contexts from PDF, HTML and packed files.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::support::{Place, session, snapshot};

#[expect(clippy::unwrap_used, reason = "a failed setup is a failed test")]
fn pdf(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rlm-extract/tests/pdf");
    fs::read(folder.join(name)).unwrap()
}

/// A model that finds the footer of the third page.
const MODEL: &str = r#"{
    "script": ["```repl\nfor d in ctx.documents:\n    print(d.name)\nat = P.find('page 3')\nFINAL(P[at:at + 11])\n```"]
}"#;

fn place() -> Place {
    Place::new()
        .file("papers/a.html", "<h1>Rates</h1><p>Two &lt; three</p>")
        .file("papers/report.pdf", pdf("pages.pdf"))
        .file("papers/scanned.pdf", pdf("scanned.pdf"))
        .file("model.json", MODEL)
}

const RUN: [&str; 9] = [
    "run",
    "Which page is it?",
    "--context",
    "papers",
    "--model",
    "fake:model.json",
    "--progress",
    "none",
    "--json",
];

#[test]
fn pdf_answer_cites_its_page_and_reports_unreadable_files() {
    let place = place();
    let done = place.rlm(RUN).done();
    let object = done.json();
    assert_eq!(object["answer"], json!("page 3 of 5"), "{}", done.shown());
    assert_eq!(object["citations"][0]["document"], json!("papers/report.pdf"));
    assert_eq!(object["citations"][0]["page_start"], json!(3));
    assert_eq!(
        object["without_text"],
        json!([{"name": "papers/scanned.pdf", "why": "no text on 3 page(s), probably a scan"}])
    );
    assert!(done.stderr.contains("skipped papers/scanned.pdf"), "{}", done.shown());
    // The root model is informed too, and a replay gives it the same message.
    let journal = fs::read_to_string(&place.journals()[0]).unwrap();
    assert!(journal.contains("1 of 3 files have no text"), "{journal}");
    let replayed = place.rlm(["replay", object["run"].as_str().unwrap()]).done();
    assert_eq!(replayed.code, Some(0), "{}", replayed.shown());
    assert!(place.path("cache.texts").is_dir(), "extracted texts are cached");
}

#[test]
fn raw_flag_disables_text_extraction() {
    let place = place().file("raw.json", r#"{"script": ["```repl\nFINAL(context[:4])\n```"]}"#);
    let arguments = [
        "run",
        "How does it begin?",
        "--context",
        "papers/a.html",
        "--raw",
        "--model",
        "fake:raw.json",
        "--json",
    ];
    let done = place.rlm(arguments).done();
    assert_eq!(done.json()["answer"], json!("<h1>"), "{}", done.shown());
    let run = done.json()["run"].as_str().unwrap().to_owned();
    let replayed = place.rlm(["replay".to_owned(), run]).done();
    assert_eq!(replayed.code, Some(0), "{}", replayed.shown());
}

#[test]
fn unreadable_files_fail_or_are_skipped_as_configured() {
    let place = place().file("count.sift", "print(len(context))");
    let exec = |more: &[&str]| {
        let arguments = ["exec", "count.sift", "--context", "papers/a.html", "papers/scanned.pdf"];
        place.rlm(arguments.iter().chain(more).copied()).done()
    };
    let folder = place
        .rlm(["exec", "count.sift", "--context", "papers", "--on-unreadable", "fail"])
        .done();
    snapshot!(
        "unreadable",
        session(&[exec(&[]), exec(&["--on-unreadable", "skip"]), folder])
    );
}

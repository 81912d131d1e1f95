//! Tests of contexts from PDF, HTML and packed files.

use std::fs;
use std::io::Write as _;
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

/// Writes a ZIP archive with these members.
#[expect(clippy::unwrap_used, reason = "a failed setup is a failed test")]
fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn workbook() -> Vec<u8> {
    let rows = r#"<row r="4"><c r="B4" t="inlineStr"><is><t>Roof tiles</t></is></c><c r="C4"><v>1200</v></c></row>"#;
    let sheet = format!(r#"<worksheet><sheetData>{rows}</sheetData></worksheet>"#);
    zipped(&[
        ("[Content_Types].xml", "<Types/>"),
        (
            "_rels/.rels",
            r#"<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        ),
        (
            "xl/workbook.xml",
            r#"<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Costs" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
        ),
        ("xl/worksheets/sheet1.xml", &sheet),
    ])
}

/// Runs a model that answers with the first line of the context that has this word, and returns the
/// result as JSON, after it was replayed.
fn found(place: &Place, word: &str, context: &[&str]) -> serde_json::Value {
    let script =
        format!(r#"{{"script": ["```repl\nFINAL([line for line in P.splitlines() if '{word}' in line][0])\n```"]}}"#);
    std::fs::write(place.path("find.json"), script).expect("write the model");
    let run = [
        "run",
        "Where is it?",
        "--model",
        "fake:find.json",
        "--progress",
        "none",
        "--json",
    ];
    let done = place.rlm(run.iter().chain(context).copied()).done();
    let object = done.json();
    let replayed = place
        .rlm(["replay", object["run"].as_str().expect("the run has an id")])
        .done();
    assert_eq!(replayed.code, Some(0), "{}{}", done.shown(), replayed.shown());
    object
}

#[test]
fn answers_cite_cells_of_sheets() {
    let place = Place::new().file("costs.xlsx", workbook());
    let object = found(&place, "Roof", &["--context", "costs.xlsx"]);
    let cited = &object["citations"][0];
    assert_eq!(cited["quote"], json!("Roof tiles,1200"));
    assert_eq!(
        (&cited["section_start"], &cited["cell_start"], &cited["cell_end"]),
        (&json!("Costs"), &json!("B4"), &json!("C4"))
    );
    let run = ["run", "Where is it?", "--model", "fake:find.json", "--progress", "none"];
    let shown = place
        .rlm(run.iter().chain(&["--context", "costs.xlsx"]).copied())
        .done();
    assert!(
        shown.stderr.contains("[1] costs.xlsx#Costs!B4-C4 “Roof tiles,1200”"),
        "{}",
        shown.shown()
    );
}

#[test]
fn runs_about_archives_and_mail_are_replayed() {
    let letters = zipped(&[
        ("2025/baker.md", "Dear council,\nthe oven smokes.\n"),
        ("b.md", "Other words.\n"),
    ]);
    let mail = "From a@example.org Sat Mar  1 10:00:00 2025\nFrom: a@example.org\nSubject: Roof\n\nThe roof leaks.\n";
    let place = Place::new().file("in/letters.zip", letters).file("in/mail.mbox", mail);
    let object = found(&place, "oven", &["--context", "in"]);
    assert_eq!(
        object["citations"][0]["document"],
        json!("in/letters.zip/2025/baker.md")
    );
    assert_eq!(object["citations"][0]["line_start"], json!(2));
    let object = found(&place, "leaks", &["--context", "in"]);
    assert_eq!(object["citations"][0]["section_start"], json!("message 1, Roof"));
    // If the archive is gone, the replay says which document it misses.
    std::fs::remove_file(place.path("in/letters.zip")).expect("remove the archive");
    let replayed = place
        .rlm(["replay", object["run"].as_str().expect("the run has an id")])
        .done();
    assert!(
        replayed.stderr.contains("not found: the run read it from"),
        "{}",
        replayed.shown()
    );
}

fn git(place: &Place, arguments: &[&str]) {
    let output = std::process::Command::new("git")
        .current_dir(place.path(""))
        .args([
            "-c",
            "user.name=Ada",
            "-c",
            "user.email=ada@example.org",
            "-c",
            "commit.gpgsign=false",
        ])
        .args(arguments)
        .output()
        .expect("git is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn files_of_a_git_revision_are_asked_about() {
    let place = Place::new().file("docs/plan.md", "Mend the roof in May.\n");
    git(&place, &["init", "--quiet"]);
    git(&place, &["add", "docs"]);
    git(&place, &["commit", "--quiet", "-m", "one"]);
    git(&place, &["tag", "v1"]);
    let place = place.file("docs/plan.md", "Mend the roof in June.\n");
    git(&place, &["commit", "--quiet", "-a", "-m", "two"]);
    let object = found(&place, "roof", &["--git", "v1", "--context", "docs"]);
    assert_eq!(object["answer"], json!("Mend the roof in May."));
    assert_eq!(object["citations"][0]["document"], json!("docs/plan.md@v1"));
    // The tag may move: the recording has the commit.
    git(&place, &["tag", "--force", "v1", "HEAD"]);
    let replayed = place
        .rlm(["replay", object["run"].as_str().expect("the run has an id")])
        .done();
    assert_eq!(replayed.code, Some(0), "{}", replayed.shown());
    let object = found(&place, "roof", &["--git", "v1"]);
    assert_eq!(object["answer"], json!("Mend the roof in June."));

    let exec = |arguments: &[&str]| {
        let all = ["exec", "-"].iter().chain(arguments).copied();
        place
            .rlm(all)
            .input("print([(d.name, d.text) for d in ctx.documents])")
            .done()
    };
    snapshot!(
        "git",
        session(&[
            exec(&["--git", "HEAD~1", "--context", "docs"]),
            exec(&["--git", "v3", "--context", "docs"]),
            exec(&["--git", "HEAD", "--context", "docs/none.md"]),
        ])
    );
}

#[test]
fn strict_refuses_unreadable_files() {
    let place = place().file("count.sift", "print(len(context))");
    let done = place
        .rlm(["exec", "count.sift", "--context", "papers", "--strict"])
        .done();
    assert!(done.stderr.contains("papers/scanned.pdf"), "{}", done.shown());
    assert_eq!(done.code, Some(2), "{}", done.shown());
}

//! The pictures of the web page in the book, `docs/pictures`. `just pictures` takes them again.
//!
//! Each picture is listed with the digest of the page's files, so that this test finds stale pictures without a
//! browser.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rlm_test_needs::needs;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::page_in_browser::Page;
use crate::support::{Service, body as get_json};

/// The maximum size of a picture in bytes.
const MOST_BYTES: u64 = 80_000;
/// Runs beside the new one: their ids, and their journals in `examples`.
const RUNS: [(&str, &str); 4] = [
    ("20261126-184203-a1a1a1", "demos/incidents/recording.jsonl"),
    ("20261126-190401-b2b2b2", "demos/contracts/recording.jsonl"),
    ("20261126-191602-c3c3c3", "demos/budget/recording.jsonl"),
    ("20261126-200004-d4d4d4", "demos/code/recording.jsonl"),
];
/// The replies of the root model, to a question about minutes and to one that takes long.
const SCRIPT: [&str; 3] = [
    r##"```repl
months = [part for part in context.split("# Minutes") if "library" in part.lower()]
notes = llm_query_batched(["What do these minutes say about opening the library late?\n" + month for month in months])
print(len(months), "months,", sum("library" in note for note in notes), "with something on it")
print(notes[0])
```"##,
    r##"```repl
# The words of the minutes themselves, so that each claim has its source.
def paragraph(begin):
    start = context.find(begin)
    return context[start:context.find(".", start) + 1]

FINAL("**The library opens late on Wednesdays, as a trial until the end of March.**\n\n"
    + "- February: " + paragraph("Councillor Ndiaye proposed that the library") + "\n"
    + "- July: " + paragraph("The amended proposal failed") + "\n"
    + "- October: " + paragraph("On that footing Councillor Pettersson") + "\n")
```"##,
    r##"```repl
notes = llm_query_batched(["Who spoke here?\n" + context[at:at + 400] for at in range(0, 60000, 400)])
```"##,
];
const QUESTION: &str = "What became of the proposal to keep the library open late?";

/// The pictures: name, view, an element that shows when the view is complete, width, scheme, height.
const PICTURES: [(&str, &str, &str, u32, &str, u32); 3] = [
    ("page-runs", "#/runs", ".runs a", 1280, "light", 430),
    ("page-run", "RUN", ".tree .row", 1280, "light", 1000),
    ("page-session-narrow", "SESSION", ".answer", 390, "dark", 900),
];

fn pictures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/pictures")
}

/// Returns the list of pictures with the digest of the files of the page.
fn list() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/page/assets");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut digest = Sha256::new();
    for file in files {
        digest.update(fs::read(file).unwrap());
    }
    let hex: String = digest
        .finalize()
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let mut list = String::from(
        "# The SHA-256 of the files of the web page that each picture shows. Written by `just pictures`.\n",
    );
    for (name, _, _, width, scheme, _) in PICTURES {
        let _ = writeln!(list, "{name}.png {width} {scheme} {hex}");
    }
    list
}

#[test]
fn pictures_show_the_current_page() {
    let recorded = fs::read_to_string(pictures().join("page-digests.txt")).unwrap_or_default();
    assert_eq!(
        recorded,
        list(),
        "the pictures of docs/pictures are stale; run `just pictures`"
    );
    for (name, ..) in PICTURES {
        let bytes = fs::read(pictures().join(name).with_extension("png")).unwrap_or_default();
        assert!(
            bytes.starts_with(b"\x89PNG"),
            "{name}.png is missing; run `just pictures`"
        );
        assert!(bytes.len() as u64 <= MOST_BYTES, "{name}: {} bytes", bytes.len());
    }
}

/// Takes the pictures, and writes them and the digest to the folder that `RLM_PICTURES` names. All
/// views are also taken whole, in three widths and both colour schemes, for inspection.
#[needs("chromium")]
#[tokio::test(flavor = "multi_thread")]
async fn take() {
    let Some(target) = std::env::var_os("RLM_PICTURES").map(PathBuf::from) else {
        return;
    };
    let reply = "The proposal on the library's hours was discussed; no other decision was minuted.";
    let service = Service::with(&SCRIPT, reply, Duration::from_millis(1_500), copy_runs).await;
    let minutes = json!({"name": "Council minutes 2024", "context": minutes()});
    let session = get_json(service.post("/api/sessions", &minutes)).await["session_id"].clone();
    let ask = async |question: &str, background: bool| {
        let question = json!({"session_id": session, "user_query": question, "background": background});
        get_json(service.post("/api/execute", &question)).await
    };
    let run = ask(QUESTION, false).await;
    let run = format!("#/runs/{}", run["execution_id"].as_str().unwrap());
    let session_view = format!("#/sessions/{}", session.as_str().unwrap());
    let mut page = Page::open(&service, "#/runs");
    let show = |page: &mut Page, view: &str, ready: &str, width: u32, scheme: &str| {
        page.browser.show(width, scheme);
        page.go(&view.replace("RUN", &run).replace("SESSION", &session_view));
        page.until(&format!("document.querySelector('{ready}')"));
        std::thread::sleep(Duration::from_millis(300));
        page.value("scrollTo(0, 0)");
    };
    for (name, view, ready, width, scheme, height) in PICTURES {
        show(&mut page, view, ready, width, scheme);
        fs::write(
            target.join(name).with_extension("png"),
            page.browser.part(0, height, 100),
        )
        .unwrap();
    }
    let live = ask(
        "Who spoke most often at the meetings of the council, and about what?",
        true,
    )
    .await;
    let live = format!("#/runs/{}", live["execution_id"].as_str().unwrap());
    let incidents = format!("#/runs/{}", RUNS[0].0);
    for (name, view, ready) in [
        ("live", live.as_str(), ".tree .row"),
        ("runs", "#/runs", ".runs a"),
        ("run", "RUN", ".tree .row"),
        ("session", "SESSION", ".answer"),
        ("incidents", &incidents, ".tree .row"),
        ("statistics", "#/statistics", ".chart"),
        ("new-session", "#/sessions/new", "form"),
    ] {
        for (width, scheme) in [390, 768, 1280]
            .into_iter()
            .flat_map(|width| [(width, "light"), (width, "dark")])
        {
            show(&mut page, view, ready, width, scheme);
            let height = page.value("document.documentElement.scrollHeight").as_u64().unwrap();
            let whole = page.browser.part(0, height as u32, 100);
            fs::write(target.join(format!("page-{name}-{width}-{scheme}.png")), whole).unwrap();
        }
    }
    fs::write(target.join("page-digests.txt"), list()).unwrap();
}

/// Copies recorded runs with their contexts into the folder of a service.
fn copy_runs(folder: &Path) {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    for (id, journal) in RUNS {
        let (from, to) = (examples.join(journal), folder.join("runs").join(id));
        copy(from.parent().unwrap(), &to);
        fs::copy(from, to.join("journal.jsonl")).unwrap();
    }
}

/// Returns the minutes of a council in `examples`, as one text.
fn minutes() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/recorded/minutes");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
        .iter()
        .map(|file| fs::read_to_string(file).unwrap())
        .collect::<Vec<_>>()
        .join("\n")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

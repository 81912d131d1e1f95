//! The pictures of reports in the book, `docs/pictures`. `just pictures` takes them again.
//!
//! Each picture is listed with the digest of the page that it shows, so that this test finds stale
//! pictures without a browser.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use rlm_test_needs::needs;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::browser::Browser;
use crate::recorded::Recorded;

/// The maximum size of a picture in bytes.
const MOST_BYTES: u64 = 80_000;

/// A picture of the book.
struct Picture {
    /// The name of the file, without its extension.
    name: &'static str,
    /// The journal in `examples` that the page is of.
    run: &'static str,
    width: u32,
    /// The size of the picture relative to the page, in per cent.
    percent: u32,
    scheme: &'static str,
    /// The selectors of the first and the last element in the picture. The page's top, if empty.
    from: &'static str,
    to: &'static str,
}

/// A run with a short answer, whose sources are in its context.
const MINUTES: &str = "recorded/minutes.jsonl";
/// A run with many calls, and the times that they took.
const CODE: &str = "demos/code/recording.jsonl";

const PICTURES: [Picture; 4] = [
    Picture {
        name: "report",
        run: MINUTES,
        width: 1280,
        percent: 80,
        scheme: "light",
        from: "",
        to: "nav",
    },
    Picture {
        name: "report-dark",
        run: MINUTES,
        width: 1280,
        percent: 80,
        scheme: "dark",
        from: "#sources",
        to: "#sources",
    },
    Picture {
        name: "report-calls",
        run: CODE,
        width: 768,
        percent: 100,
        scheme: "light",
        from: "#costs",
        to: "#coverage",
    },
    Picture {
        name: "report-narrow",
        run: MINUTES,
        width: 390,
        percent: 80,
        scheme: "light",
        from: "",
        to: "nav",
    },
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/pictures")
}

/// Returns the list of pictures with the digests of their pages.
fn list() -> String {
    let mut list = String::from("# The SHA-256 of the page that each picture shows. Written by `just pictures`.\n");
    for picture in &PICTURES {
        let digest = Sha256::digest(Recorded::read(picture.run).page());
        let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let Picture {
            name,
            run,
            width,
            scheme,
            ..
        } = picture;
        let _ = writeln!(list, "{name}.png {run} {width} {scheme} {hex}");
    }
    list
}

#[test]
fn pictures_show_the_current_pages() {
    let recorded = std::fs::read_to_string(folder().join("digests.txt")).unwrap_or_default();
    assert_eq!(
        recorded,
        list(),
        "the pictures of docs/pictures are stale; run `just pictures`"
    );
    for picture in &PICTURES {
        let path = folder().join(picture.name).with_extension("png");
        let bytes = std::fs::read(&path).unwrap_or_default();
        assert!(
            bytes.starts_with(b"\x89PNG"),
            "{} is missing; run `just pictures`",
            path.display()
        );
        assert!(
            bytes.len() as u64 <= MOST_BYTES,
            "{}: {} bytes",
            path.display(),
            bytes.len()
        );
    }
}

/// Takes the pictures, and writes them and their list to the folder that `RLM_PICTURES` names. Every
/// page is also taken whole, in three widths and both colour schemes, for inspection.
#[needs("chromium")]
#[test]
fn take() {
    let Some(target) = std::env::var_os("RLM_PICTURES").map(PathBuf::from) else {
        return;
    };
    let mut browser = Browser::start();
    let page_of = |run: &str| {
        let path = target.join(run.replace('/', "-")).with_extension("html");
        std::fs::write(&path, Recorded::read(run).page()).unwrap();
        path
    };
    for picture in &PICTURES {
        browser.show(picture.width, picture.scheme);
        browser.open(&page_of(picture.run));
        let edge = |browser: &mut Browser, selector: &str, edge: &str| {
            let element = format!(
                "document.querySelector({}).getBoundingClientRect().{edge}",
                json!(selector)
            );
            browser.value(&element).as_f64().unwrap() as u32
        };
        let from = match picture.from {
            "" => 0,
            from => edge(&mut browser, from, "top").saturating_sub(16),
        };
        let to = edge(&mut browser, picture.to, "bottom") + 16;
        let taken = browser.part(from, to - from, picture.percent);
        std::fs::write(target.join(picture.name).with_extension("png"), taken).unwrap();
    }
    for (name, run) in [("minutes", MINUTES), ("code", CODE)] {
        for (width, scheme) in [390, 768, 1280]
            .into_iter()
            .flat_map(|width| [(width, "light"), (width, "dark")])
        {
            browser.show(width, scheme);
            browser.open(&page_of(run));
            let height = browser.value("document.documentElement.scrollHeight").as_u64().unwrap();
            let whole = browser.part(0, height as u32, 100);
            std::fs::write(target.join(format!("whole-{name}-{width}-{scheme}.png")), whole).unwrap();
        }
    }
    std::fs::write(target.join("digests.txt"), list()).unwrap();
}

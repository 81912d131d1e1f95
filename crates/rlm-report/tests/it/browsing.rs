//! Tests of pages in a browser: no scripts run, nothing overlaps, and every link can be reached by
//! keyboard.
//!
//! With `RLM_REPORT_PICTURES=DIR`, the test `look` writes pages, screenshots and printed pages to a
//! folder for manual inspection.

use rlm_test_needs::needs;
use std::path::PathBuf;

use rlm_report::{Sources, render};
use serde_json::json;

use crate::browser::Browser;
use crate::recorded::{NAMES, Recorded};
use crate::{hostile, showcase};

fn pages() -> Vec<(&'static str, String)> {
    let mut pages: Vec<_> = NAMES.map(|name| (name, Recorded::named(name).page())).to_vec();
    pages.push(("hostile", hostile::page()));
    pages.push(("showcase", showcase::page(60)));
    pages.push(("many", showcase::page(500)));
    pages.push(("private", showcase::private_page(60)));
    pages.push(("outage", render(&showcase::outage(), &Sources::none("it was not kept"))));
    pages
}

/// Takes pictures of all pages, or of those that `RLM_REPORT_ONLY` names.
#[needs("chromium")]
#[test]
fn look() {
    let Some(folder) = pictures() else { return };
    let only = std::env::var("RLM_REPORT_ONLY").unwrap_or_default();
    let mut browser = Browser::start();
    for (name, page) in pages()
        .iter()
        .filter(|(name, _)| only.is_empty() || only.split(',').any(|only| only == *name))
    {
        let path = folder.join(name).with_extension("html");
        std::fs::write(&path, page).unwrap();
        for (width, scheme) in [
            (390, "light"),
            (768, "light"),
            (1280, "light"),
            (1280, "dark"),
            (390, "dark"),
        ] {
            browser.show(width, scheme);
            browser.open(&path);
            let height = browser
                .value("document.documentElement.scrollHeight")
                .as_u64()
                .unwrap()
                .min(6_400);
            let picture = browser.part(0, height as u32, 100);
            std::fs::write(folder.join(format!("{name}-{width}-{scheme}.png")), picture).unwrap();
        }
        std::fs::write(folder.join(name).with_extension("pdf"), browser.print()).unwrap();
    }
}

fn pictures() -> Option<PathBuf> {
    std::env::var_os("RLM_REPORT_PICTURES").map(PathBuf::from)
}

#[needs("chromium")]
#[test]
fn pages_fit_the_viewport_and_run_no_scripts() {
    let mut browser = Browser::start();
    let folder = tempfile::tempdir().unwrap();
    for (name, page) in pages() {
        let path = folder.path().join(name).with_extension("html");
        std::fs::write(&path, &page).unwrap();
        for (width, scheme) in [
            (360, "light"),
            (390, "dark"),
            (768, "light"),
            (800, "dark"),
            (1280, "light"),
        ] {
            browser.show(width, scheme);
            browser.open(&path);
            // Collapsed content must fit, too.
            for _ in ["folded", "open"] {
                let wide = "[...document.querySelectorAll('body *')].filter(element => element.getBoundingClientRect().right > innerWidth + 1 \
                    && !element.closest('.wide, .skip, svg')).map(element => element.className + ': ' + element.textContent.slice(0, 40)).slice(0, 5)";
                assert_eq!(browser.value(wide), json!([]), "{name} at {width}");
                let fits =
                    browser.value("document.documentElement.scrollWidth <= document.documentElement.clientWidth");
                assert_eq!(fits, json!(true), "{name} at {width}");
                browser.value("document.querySelectorAll('details').forEach(details => details.open = true)");
            }
        }
        let printed = browser.print();
        assert!(printed.starts_with(b"%PDF"));
        assert_eq!(browser.value("window.hacked"), json!(null), "{name}");
        assert_eq!(
            browser.value("document.scripts.length + document.images.length + document.forms.length"),
            json!(0),
            "{name}"
        );
        let requests = browser
            .events
            .iter()
            .filter(|event| event["method"] == "Network.requestWillBeSent");
        let addresses: Vec<&str> = requests
            .map(|event| event["params"]["request"]["url"].as_str().unwrap())
            .collect();
        assert!(
            addresses.iter().all(|address| address.starts_with("file:///")),
            "{name} requested {addresses:?}"
        );
        let complaints: Vec<_> = browser
            .events
            .iter()
            .filter(|event| event["method"] == "Log.entryAdded")
            .collect();
        assert!(complaints.is_empty(), "{name}: {complaints:?}");
    }
}

#[needs("chromium")]
#[test]
fn answers_and_facts_are_laid_out_for_reading() {
    let mut browser = Browser::start();
    let folder = tempfile::tempdir().unwrap();
    for name in ["minutes", "showcase", "outage"] {
        let path = folder.path().join(name).with_extension("html");
        let (_, page) = pages().into_iter().find(|(page, _)| *page == name).unwrap();
        std::fs::write(&path, &page).unwrap();
        for width in [390, 768, 1280] {
            browser.show(width, "light");
            browser.open(&path);
            // Characters a line, in paragraphs of several lines.
            let longest = browser.value(
                "Math.max(0, ...[...document.querySelectorAll('.answer p, .prose, .said')].map(p => [p.innerText.length, \
                    p.getBoundingClientRect().height / parseFloat(getComputedStyle(p).lineHeight)]).filter(([, lines]) => lines > 2.5) \
                    .map(([chars, lines]) => chars / lines))",
            );
            assert!(longest.as_f64().unwrap() <= 70.0, "{name} at {width}: {longest}");
            // No fact is alone in its row.
            let rows = browser.value(
                "Object.values([...document.querySelectorAll('.facts > div')].reduce((rows, fact) => \
                    (rows[fact.offsetTop] = (rows[fact.offsetTop] || 0) + 1, rows), {}))",
            );
            let rows: Vec<u64> = serde_json::from_value(rows).unwrap();
            let most = if width == 1280 { 1 } else { 4 };
            let is_even = width == 390 || rows.iter().all(|facts| *facts > 1);
            assert!(rows.len() <= most && is_even, "{name} at {width}: {rows:?}");
            let cut = browser.value("[...document.querySelectorAll('.costs td')].filter(cell => cell.getBoundingClientRect().right > innerWidth).length");
            assert_eq!(cut, json!(0), "{name} at {width}");
        }
    }
}

#[needs("chromium")]
#[test]
fn injected_markup_runs_no_scripts() {
    let mut browser = Browser::start();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.html");
    // A page as if nothing had been escaped.
    let page = hostile::page().replace("<main>", &format!("<main>{}", hostile::HOSTILE));
    std::fs::write(&path, &page).unwrap();
    browser.show(800, "light");
    browser.open(&path);
    assert_eq!(
        browser.value("document.scripts.length > 0"),
        json!(true),
        "the page has scripts now"
    );
    browser.value(
        "document.getElementById('bait').dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }))",
    );
    assert_eq!(browser.value("window.hacked"), json!(null));
}

#[needs("chromium")]
#[test]
fn citations_open_their_passage_by_keyboard() {
    let mut browser = Browser::start();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.html");
    std::fs::write(&path, Recorded::named("minutes").page()).unwrap();
    browser.show(1280, "light");
    browser.open(&path);
    let mut reached = Vec::new();
    for _ in 0..40 {
        browser.press("Tab", 9);
        let focused = browser.value("document.activeElement.id || document.activeElement.tagName + ' ' + document.activeElement.textContent.slice(0, 20)");
        reached.push(focused.as_str().unwrap().to_owned());
        if focused == json!("cite-1") {
            break;
        }
    }
    assert_eq!(reached.last().map(String::as_str), Some("cite-1"), "{reached:?}");
    assert_eq!(
        browser.value("document.querySelector('details.source').open"),
        json!(false)
    );
    browser.enter();
    assert_eq!(
        browser.value("document.querySelector('details.source').open"),
        json!(true)
    );
    let seen = browser.value("(box => box.top >= 0 && box.bottom <= innerHeight)(document.getElementById('source-1').getBoundingClientRect())");
    assert_eq!(seen, json!(true), "the words are visible");
    // Every collapsible element and every link can be reached, but for those of charts: their targets
    // are in the lists of steps and calls.
    let unreachable =
        browser.value("[...document.querySelectorAll('a, summary')].filter(element => element.tabIndex < 0 && !element.closest('svg, .strip')).length");
    assert_eq!(unreachable, json!(0));
}

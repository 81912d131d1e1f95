//! The web page in Chromium: what people see, press and hear.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rlm_policy::Limits;
use rlm_test_needs::needs;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::page::{SCRIPT, TEXT, asked, with_key};
use crate::support::{Service, body as get_json};

/// Text that would run a script if it were parsed as markup.
const HOSTILE: &str = "</script><img src=x onerror='window.hacked=1'><svg onload='window.hacked=1'> \u{202e}evil";

#[needs("chromium")]
#[tokio::test(flavor = "multi_thread")]
async fn run_is_listed_and_changes_while_it_is_shown() {
    let script = [
        SCRIPT[0],
        "```repl\nprint(llm_query('Again? ' + context))\nFINAL(context[18:23])\n```",
    ];
    let service = Service::with(&script, "the vault's", Duration::from_secs(5), |_| {}).await;
    let session = service.session(TEXT).await;
    let question = json!({"session_id": session, "user_query": "What is the vault code?", "background": true});
    let mut page = Page::open(&service, "#/runs");
    page.until("document.querySelector('.view').textContent.includes('No run yet')");
    get_json(service.post("/api/execute", &question)).await;
    page.until("document.querySelector('.runs .pill')?.textContent === 'running'");
    page.value("document.querySelector('.runs a').click()");
    page.until("document.querySelector('.detail')?.textContent.includes('llm_query_batched')");
    page.until("[...document.querySelectorAll('.row .note')].some(note => note.textContent.includes('running'))");
    page.until("document.querySelector('.progress').textContent.startsWith('Step 2')");
    assert_eq!(page.value("document.querySelector('.answer')"), json!(null));
    page.until("document.querySelector('.answer')?.textContent === '7-4-11'");
    assert_eq!(
        page.value("document.querySelector('.passage mark').textContent"),
        "7-4-1"
    );
    assert_eq!(
        page.value("document.querySelector('.run-head .pill').textContent"),
        "complete"
    );
    page.until("document.getElementById('status').textContent.startsWith('The run has ended: complete')");
    assert_eq!(page.value("document.querySelector('.actions button')"), json!(null));
    page.has_no_violations();
}

#[needs("chromium")]
#[tokio::test(flavor = "multi_thread")]
async fn run_is_cancelled_resumed_and_forked_by_its_buttons() {
    let service = Service::with(&SCRIPT, "later", Duration::from_secs(10), |_| {}).await;
    let session = service.session(TEXT).await;
    let question = json!({"session_id": session, "user_query": "What?", "background": true});
    let begun = get_json(service.post("/api/execute", &question)).await;
    let mut page = Page::open(&service, &format!("#/runs/{}", begun["execution_id"].as_str().unwrap()));
    page.until("document.querySelector('.actions button')");
    page.press_button("Cancel");
    page.until("document.querySelector('.run-head .pill').textContent === 'cancelled'");
    page.press_button("Resume");
    page.until("document.querySelector('.run-head .pill')?.textContent === 'running'");
    page.until("document.querySelector('.answer')?.textContent === '7-4-11'");
    page.until("document.querySelector('.detail').textContent.includes('FINAL')");
    let resumed = page.value("location.hash");
    page.press_button("Fork from here");
    page.until(&format!(
        "location.hash !== {resumed} && document.querySelector('.view > .run-top')"
    ));
    page.until("document.querySelector('.answer')?.textContent === '7-4-11'");
    page.until("document.querySelector('.run-head .pill')?.textContent === 'complete'");
    let report = page.value("document.querySelector('a.button').href");
    let report = service.client.get(report.as_str().unwrap()).send().await.unwrap();
    assert!(report.text().await.unwrap().starts_with("<!DOCTYPE html>"));
    page.has_no_violations();
}

#[needs("chromium")]
#[tokio::test(flavor = "multi_thread")]
async fn session_is_a_conversation_with_sources() {
    let service = Service::start(&SCRIPT, "the vault's").await;
    let mut page = Page::open(&service, "#/sessions/new");
    page.until("document.getElementById('session-text')");
    page.write("#session-name", "The vault");
    page.value(&format!(
        "const files = new DataTransfer(); files.items.add(new File([{}], 'vault.md')); \
         document.getElementById('session-files').files = files.files; 0",
        json!(TEXT)
    ));
    page.value("document.querySelector('form .primary').click()");
    page.until("document.getElementById('question')");
    page.write("#question", "What is the vault code?");
    page.browser.enter();
    page.until("document.querySelector('.chat .answer')?.textContent === '7-4-11'");
    assert_eq!(
        page.value("document.querySelector('.chat .asked').textContent"),
        "What is the vault code?"
    );
    assert_eq!(page.value("document.querySelector('.chat mark').textContent"), "7-4-1");
    assert_eq!(
        page.value("document.querySelector('.chat .eyebrow').textContent"),
        "1vault.md, line 1"
    );
    page.until("document.getElementById('status').textContent === 'Answer: 7-4-1'");
    assert_eq!(page.value("document.activeElement.id"), "question");
    page.has_no_violations();
}

#[needs("chromium")]
#[tokio::test(flavor = "multi_thread")]
async fn hostile_texts_stay_texts() {
    let program = format!("```repl\n# {HOSTILE}\nprint(llm_query(context))\nFINAL(context)\n```");
    let service = Service::start(&[&program], HOSTILE).await;
    let session = json!({"name": HOSTILE, "context": HOSTILE});
    let session = get_json(service.post("/api/sessions", &session)).await;
    let question = json!({"session_id": session["session_id"], "user_query": format!("What? {HOSTILE}")});
    let done = get_json(service.post("/api/execute", &question)).await;
    let run = format!("#/runs/{}", done["execution_id"].as_str().unwrap());
    let session = format!("#/sessions/{}", session["session_id"].as_str().unwrap());
    let mut page = Page::open(&service, "#/runs");
    for (view, ready) in [
        ("#/runs", ".runs a"),
        (run.as_str(), ".answer"),
        ("#/sessions", ".session-list b"),
        (session.as_str(), ".answer"),
    ] {
        page.go(view);
        page.until(&format!(
            "document.querySelector('{ready}')?.textContent.includes('onerror=')"
        ));
        assert_eq!(
            page.value("document.querySelectorAll('main img, main svg[onload], main script').length"),
            0
        );
    }
    page.go(&run);
    page.until("document.querySelector('.tree .row')");
    page.value("document.querySelector('.tree').focus()");
    for _ in 0..2 {
        page.browser.press("ArrowDown", 40);
    }
    page.until("document.querySelector('.detail').textContent.includes('Reply')");
    page.until("document.querySelector('.detail').textContent.includes('onerror=')");
    assert_eq!(page.value("window.hacked"), json!(null));
    page.has_no_violations();
    // The policy holds what a mistake of the page would let through.
    let written = page.value("try { document.body.innerHTML = '<p>'; 'written' } catch (error) { error.name }");
    assert_eq!(written, "TypeError");
}

#[needs("chromium")]
#[tokio::test(flavor = "multi_thread")]
async fn browser_signs_in_and_out_with_a_key() {
    let (service, key) = with_key(&["FINAL: yes"]).await;
    let mut page = Page::open(&service, "#/key");
    page.until("document.getElementById('key')");
    page.write("#key", "rlm_sk_wrong_key");
    page.browser.enter();
    page.until("document.querySelector('[role=alert]')?.textContent.includes('not valid')");
    page.write("#key", &key.text);
    page.browser.enter();
    page.until("document.querySelector('.facts')?.textContent.includes('acme')");
    assert_eq!(page.value("document.cookie"), "", "scripts can't read the cookie");
    assert_eq!(page.value("localStorage.length + sessionStorage.length"), 0);
    page.value("document.querySelector('main button').click()");
    page.until("document.getElementById('key')");
    page.has_no_violations();
}

#[needs("chromium")]
#[tokio::test(flavor = "multi_thread")]
async fn everything_is_reached_by_keyboard() {
    let service = Service::start(&[SCRIPT[0], SCRIPT[1], "FINAL: no"], "the vault's").await;
    asked(&service, TEXT).await;
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let session = service.session(TEXT).await;
    let other = json!({"session_id": session, "user_query": "Is anything lost?"});
    get_json(service.post("/api/execute", &other)).await;
    let mut page = Page::open(&service, "#/runs");
    page.until("document.querySelectorAll('.runs a').length === 2");
    page.browser.press("j", 74);
    page.browser.press("j", 74);
    assert_eq!(
        page.value("document.activeElement.querySelector('.of-question').textContent"),
        "What is the vault code?"
    );
    page.browser.press("k", 75);
    page.browser.press("/", 191);
    assert_eq!(page.value("document.activeElement.type"), "search");
    page.browser.order("Input.insertText", json!({"text": "vault"}));
    page.until("document.querySelectorAll('.runs a').length === 1");
    page.browser.press("ArrowDown", 40);
    page.browser.enter();
    page.until("document.querySelector('.tree .row')");
    page.browser.press("j", 74);
    assert_eq!(page.value("document.activeElement.getAttribute('role')"), "tree");
    page.browser.press("Home", 36);
    page.until("document.getElementById(document.querySelector('.tree').getAttribute('aria-activedescendant'))?.textContent.includes('Step 1')");
    // The batch is one row until it is opened.
    assert_eq!(page.value("document.querySelectorAll('.row').length"), 3);
    page.browser.press("ArrowDown", 40);
    page.until("document.querySelector('.row.is-selected').textContent.includes('2 calls')");
    page.browser.press("ArrowRight", 39);
    page.until("document.querySelectorAll('.row').length === 5");
    page.browser.press("ArrowDown", 40);
    page.browser.enter();
    page.until(
        "document.activeElement.className === 'detail' && document.activeElement.textContent.includes('Whose code?')",
    );
    let outline = page.value("getComputedStyle(document.activeElement).outlineStyle");
    page.browser.press("Escape", 27);
    assert_eq!(
        page.value("document.activeElement.getAttribute('role')"),
        "tree",
        "{outline}"
    );
    assert_eq!(
        page.value("getComputedStyle(document.activeElement).outlineStyle"),
        "solid"
    );
    page.browser.press("Escape", 27);
    page.until("location.hash === '#/runs'");
    page.has_no_violations();
}

#[needs("chromium", "node", "npm")]
#[tokio::test(flavor = "multi_thread")]
async fn views_fit_narrow_windows_and_are_accessible() {
    let service = Service::start(&SCRIPT, "the vault's").await;
    let run = format!("#/runs/{}", asked(&service, &TEXT.repeat(40)).await);
    let session = get_json(service.get("/api/sessions")).await["sessions"][0]["session_id"].clone();
    let session = format!("#/sessions/{}", session.as_str().unwrap());
    let axe = std::fs::read_to_string(axe().join("node_modules/axe-core/axe.min.js")).unwrap();
    let mut page = Page::open(&service, "#/runs");
    for (view, ready) in [
        ("#/runs", ".runs a"),
        (run.as_str(), ".tree .row"),
        ("#/sessions/new", "form"),
        (session.as_str(), ".answer"),
        ("#/statistics", ".chart"),
        ("#/key", ".prose"),
    ] {
        for (width, scheme) in [(390, "light"), (390, "dark"), (768, "dark"), (1280, "light")] {
            page.browser.show(width, scheme);
            page.go(view);
            page.until(&format!("document.querySelector('{ready}')"));
            let wide = "[...document.querySelectorAll('body *')].filter(element => element.getBoundingClientRect().right > innerWidth + 1 \
                && !element.closest('.wide, .skip, .row, svg, nav')).map(element => `${element.tagName} ${element.className}`).slice(0, 5)";
            assert_eq!(page.value(wide), json!([]), "{view} at {width}");
            let fits = page.value("document.documentElement.scrollWidth <= document.documentElement.clientWidth");
            assert_eq!(fits, true, "{view} at {width}");
            page.value(&format!("{axe}; 0"));
            let found = page.value(
                "axe.run().then(found => found.violations.map(one => `${one.id}: ${one.nodes.map(node => node.html.slice(0, 160) + ' ' + node.failureSummary).join(' | ')}`))",
            );
            assert_eq!(found, json!([]), "{view} at {width}, {scheme}");
        }
    }
}

/// A run of 10,000 calls stays fluid: while its events arrive, and while its calls are scrolled.
#[needs("chromium")]
#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_calls_stay_fluid() {
    let script = [
        "```repl\nreplies = llm_query_batched(['What is ' + line for line in lines(context)])\nprint(len(replies))\n```",
        "FINAL: done",
    ];
    let limits = Limits {
        subcalls: 20_000,
        concurrency: 64,
        ..Limits::default()
    };
    let service = Service::with_limits(&script, "a number", Duration::from_millis(1), limits).await;
    let text: String = (0..10_000).map(|number| format!("{number}\n")).collect();
    let session = service.session(&text).await;
    let question = json!({"session_id": session, "user_query": "What are these?", "background": true});
    let begun = get_json(service.post("/api/execute", &question)).await;
    let mut page = Page::open(&service, &format!("#/runs/{}", begun["execution_id"].as_str().unwrap()));
    page.value(
        "window.frames = []; let last = performance.now(); \
         const frame = now => { frames.push(now - last); last = now; requestAnimationFrame(frame); }; requestAnimationFrame(frame); 0",
    );
    page.until_within(
        "document.querySelector('.run-head .pill')?.textContent === 'complete'",
        Duration::from_secs(240),
    );
    let live = page.value("frames.sort((a, b) => a - b), [0.5, 0.95, 0.99, 1].map(share => Math.round(frames[Math.ceil(frames.length * share) - 1]))");
    assert_eq!(
        page.value("document.querySelectorAll('.row').length"),
        3,
        "the batch is one row"
    );

    page.value("document.querySelector('.tree').focus()");
    page.browser.press("Home", 36);
    page.browser.press("ArrowDown", 40);
    page.browser.press("ArrowRight", 39);
    page.until("document.querySelector('.tree-space').offsetHeight === 34 * 10003");
    let scrolled = page.value(
        "new Promise(done => { const tree = document.querySelector('.tree'); const times = []; let last = performance.now(); \
         const frame = now => { times.push(now - last); last = now; tree.scrollTop += 1700; \
         if (times.length < 200) requestAnimationFrame(frame); \
         else done([0.5, 0.95, 1].map(share => Math.round(times.slice(1).sort((a, b) => a - b)[Math.ceil(199 * share) - 1]))); }; \
         requestAnimationFrame(frame); })",
    );
    let rows = page.value("document.querySelectorAll('.row').length").as_u64().unwrap();
    assert!(rows < 80, "{rows} rows are elements");
    page.browser.press("End", 35);
    page.until("document.querySelector('.row.is-selected')?.textContent.includes('Step 2')");
    eprintln!(
        "frames in ms while events arrive (p50, p95, p99, longest): {live}; while scrolling (p50, p95, longest): {scrolled}"
    );
    // Loose, since tests share their machine: a frame that takes this long is felt.
    let at = |times: &Value, index: usize| times[index].as_u64().unwrap();
    assert!(at(&live, 0) <= 50 && at(&scrolled, 0) <= 50, "{live} {scrolled}");
    assert!(at(&live, 1) <= 250 && at(&scrolled, 1) <= 150, "{live} {scrolled}");
}

/// The page of a service in a browser.
pub(crate) struct Page {
    pub(crate) browser: Browser,
}

impl Page {
    pub(crate) fn open(service: &Service, view: &str) -> Self {
        let mut browser = Browser::start();
        browser.show(1280, "light");
        browser.visit(&service.url(&format!("/{view}")));
        Self { browser }
    }

    /// Shows another view.
    pub(crate) fn go(&mut self, view: &str) {
        // A view that is shown already is made again.
        self.value("location.hash = '#/'");
        self.until("document.querySelector('nav a[aria-current]') === null");
        self.value(&format!("location.hash = {}", json!(view)));
        self.until("document.querySelector('nav a[aria-current]')");
    }

    pub(crate) fn value(&mut self, expression: &str) -> Value {
        self.browser.value(expression)
    }

    /// Waits until an expression is true.
    pub(crate) fn until(&mut self, expression: &str) {
        self.until_within(expression, Duration::from_secs(30));
    }

    fn until_within(&mut self, expression: &str, most: Duration) {
        let start = Instant::now();
        while self.value(&format!("Boolean({expression})")) != true {
            if start.elapsed() > most {
                let text = self.value("document.querySelector('main')?.innerText");
                panic!(
                    "{expression} did not become true; the page shows: {text}; {:?}",
                    self.complaints()
                );
            }
            std::thread::sleep(Duration::from_millis(25));
        }
    }

    fn press_button(&mut self, name: &str) {
        let button =
            format!("[...document.querySelectorAll('main button')].find(button => button.textContent === '{name}')");
        self.until(&button);
        self.value(&format!("{button}.click()"));
    }

    /// Replaces the text of a field.
    fn write(&mut self, field: &str, text: &str) {
        let field = json!(field);
        self.value(&format!(
            "document.querySelector({field}).focus(); document.querySelector({field}).select?.()"
        ));
        self.browser.order("Input.insertText", json!({ "text": text }));
    }

    /// Fails if the page broke its policy or had an error.
    fn has_no_violations(&mut self) {
        self.value("0");
        let complaints = self.complaints();
        assert!(complaints.is_empty(), "{complaints:?}");
    }

    fn complaints(&self) -> Vec<String> {
        let events = self
            .browser
            .events
            .iter()
            .filter_map(|event| match event["method"].as_str()? {
                "Log.entryAdded" => Some(event["params"]["entry"]["text"].as_str()?.to_owned()),
                "Runtime.exceptionThrown" => Some(event["params"]["exceptionDetails"].to_string()),
                _ => None,
            });
        // The browser logs answers such as 401, which the page handles.
        events
            .filter(|text| !text.starts_with("Failed to load resource"))
            .collect()
    }
}

/// Installs axe-core in the target folder of the tests, once.
fn axe() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("axe-core-4.14.1");
    if !folder.join("installed").exists() {
        std::fs::create_dir_all(&folder).unwrap();
        let mut npm = Command::new("npm");
        npm.args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"]);
        let output = npm
            .arg(&folder)
            .arg("axe-core@4.14.1")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "can't install axe-core: {errors}");
        std::fs::write(folder.join("installed"), "").unwrap();
    }
    folder
}

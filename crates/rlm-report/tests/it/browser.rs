//! A headless Chromium, controlled with its devtools protocol over two pipes.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

/// A browser with one page.
pub(crate) struct Browser {
    child: Child,
    orders: File,
    reports: BufReader<File>,
    session: String,
    last: u64,
    /// The events that the page sent.
    pub(crate) events: Vec<Value>,
    _folder: tempfile::TempDir,
}

impl Browser {
    /// Starts Chromium.
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let [orders, reports] = ["orders", "reports"].map(|name| folder.path().join(name));
        assert!(
            Command::new("mkfifo")
                .args([&orders, &reports])
                .status()
                .unwrap()
                .success()
        );
        // The browser reads commands from descriptor 3 and writes events to 4.
        let child = Command::new("sh")
            .args(["-c", "exec \"$0\" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars --no-first-run --user-data-dir=\"$3\" --remote-debugging-pipe about:blank 3<\"$1\" 4>\"$2\""])
            .arg("chromium")
            .args([&orders, &reports, &folder.path().join("profile")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let orders = OpenOptions::new().write(true).open(orders).unwrap();
        let reports = BufReader::new(File::open(reports).unwrap());
        let mut browser = Self {
            child,
            orders,
            reports,
            session: String::new(),
            last: 0,
            events: Vec::new(),
            _folder: folder,
        };
        let target = browser.order("Target.createTarget", json!({ "url": "about:blank" }));
        let session = browser.order(
            "Target.attachToTarget",
            json!({ "targetId": target["targetId"], "flatten": true }),
        );
        browser.session = session["sessionId"].as_str().unwrap().to_owned();
        for domain in ["Page", "Runtime", "Network", "Log"] {
            browser.order(&format!("{domain}.enable"), json!({}));
        }
        browser
    }

    /// Opens a file, and waits until it is loaded.
    pub(crate) fn open(&mut self, path: &Path) {
        self.visit(&format!("file://{}", path.display()));
    }

    /// Opens an address, and waits until it is loaded.
    pub(crate) fn visit(&mut self, address: &str) {
        self.events.clear();
        self.order("Page.navigate", json!({ "url": address }));
        while !self.events.iter().any(|event| event["method"] == "Page.loadEventFired") {
            let event = self.read();
            self.events.push(event);
        }
    }

    /// Sets the width of the window, and the colour scheme.
    pub(crate) fn show(&mut self, width: u32, scheme: &str) {
        let metrics = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.order("Emulation.setDeviceMetricsOverride", metrics);
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.order("Emulation.setEmulatedMedia", features);
    }

    /// Returns the value of an expression evaluated in the page.
    pub(crate) fn value(&mut self, expression: &str) -> Value {
        let arguments = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let found = self.order("Runtime.evaluate", arguments);
        assert!(found.get("exceptionDetails").is_none(), "{expression}: {found}");
        found["result"]["value"].clone()
    }

    /// Presses a key.
    pub(crate) fn press(&mut self, key: &str, code: u32) {
        for kind in ["rawKeyDown", "keyUp"] {
            let event = json!({ "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code });
            self.order("Input.dispatchKeyEvent", event);
        }
    }

    /// Presses Enter with its character, which is needed to open links.
    pub(crate) fn enter(&mut self) {
        let event = |kind: &str| json!({ "type": kind, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r" });
        self.order("Input.dispatchKeyEvent", event("keyDown"));
        self.order("Input.dispatchKeyEvent", event("keyUp"));
    }

    /// Takes a screenshot of `height` pixels of the page, from the pixel row `from` on, in
    /// `percent` of its size.
    pub(crate) fn part(&mut self, from: u32, height: u32, percent: u32) -> Vec<u8> {
        let width = self.value("innerWidth");
        let clip = json!({ "x": 0, "y": from, "width": width, "height": height, "scale": f64::from(percent) / 100.0 });
        self.data(
            "Page.captureScreenshot",
            json!({ "clip": clip, "captureBeyondViewport": true }),
        )
    }

    /// Prints the page as PDF.
    pub(crate) fn print(&mut self) -> Vec<u8> {
        self.data("Page.printToPDF", json!({ "printBackground": true }))
    }

    fn data(&mut self, method: &str, arguments: Value) -> Vec<u8> {
        let found = self.order(method, arguments);
        base64::Engine::decode(&base64::prelude::BASE64_STANDARD, found["data"].as_str().unwrap()).unwrap()
    }

    /// Sends a command, and returns its result.
    pub(crate) fn order(&mut self, method: &str, arguments: Value) -> Value {
        self.last += 1;
        let mut order = json!({ "id": self.last, "method": method, "params": arguments });
        if !self.session.is_empty() {
            order["sessionId"] = json!(self.session);
        }
        self.orders.write_all(order.to_string().as_bytes()).unwrap();
        self.orders.write_all(b"\0").unwrap();
        loop {
            let mut report = self.read();
            if report["id"] == self.last {
                assert!(report.get("error").is_none(), "{method}: {report}");
                return report["result"].take();
            }
            self.events.push(report);
        }
    }

    fn read(&mut self) -> Value {
        let mut bytes = Vec::new();
        self.reports.read_until(0, &mut bytes).unwrap();
        assert_eq!(bytes.pop(), Some(0), "the browser is still running");
        serde_json::from_slice(&bytes).unwrap()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

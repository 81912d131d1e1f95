//! A collector in Python that uses OpenTelemetry's own definitions.

use std::io::{BufRead as _, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Mutex;

use serde_json::Value;

/// A running collector. It stops when dropped.
pub(crate) struct Collector {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
    pub(crate) url: String,
}

impl Collector {
    pub(crate) fn start() -> Self {
        let mut process = Command::new("python3")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/collector.py"))
            .env("PYTHONPATH", definitions())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = lines.next().unwrap().unwrap();
        Self {
            process,
            lines,
            url: format!("http://127.0.0.1:{port}"),
        }
    }

    /// Returns the next request, decoded. Waits for it.
    pub(crate) fn next(&mut self) -> Value {
        serde_json::from_str(&self.lines.next().unwrap().unwrap()).unwrap()
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Installs the definitions in the target folder of the tests, once.
fn definitions() -> PathBuf {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("opentelemetry-proto-1.45.2");
    if folder.join("installed").exists() {
        return folder;
    }
    let output = Command::new("python3")
        .args(["-m", "pip", "install", "--quiet", "--retries", "0", "--target"])
        .arg(&folder)
        .args(["opentelemetry-proto==1.45.2", "protobuf==7.36.2"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "can't install opentelemetry-proto: {errors}");
    std::fs::write(folder.join("installed"), "").unwrap();
    folder
}

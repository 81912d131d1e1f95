//! Clients of OpenAI's API, as applications use them: the official ones, an agent, a terminal.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

use insta::assert_snapshot;
use rlm_test_needs::needs;

use crate::support::Service;

/// The replies of a run that answers from the text.
const RUN: [&str; 2] = [
    "```repl\nprint(len(context))\n```",
    "```repl\nFINAL(re.search(r'\\d-\\d-\\d', context).group())\n```",
];
const TO_SCHEMA: &str = "```repl\nFINAL({'code': re.search(r'\\d-\\d-\\d', context).group()})\n```";

#[needs("python3", "pip")]
#[tokio::test(flavor = "multi_thread")]
async fn client_of_pypi() {
    let client = python_clients();
    let service = Service::start(&[RUN[0], RUN[1], RUN[0], RUN[1], TO_SCHEMA, RUN[1], RUN[1], RUN[1]], "").await;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/client.py");
    let mut python = Command::new("python3");
    python
        .env("PYTHONPATH", client)
        .arg(script)
        .args([service.url("/v1"), text()]);
    assert_snapshot!(said(python).await);
}

#[needs("python3", "pip")]
#[tokio::test(flavor = "multi_thread")]
async fn agent_and_terminal_client() {
    let client = python_clients();
    let service = Service::start(&[RUN[1], RUN[1], RUN[1]], "").await;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/agent.py");
    let settings = tempfile::tempdir().unwrap();
    let mut python = Command::new("python3");
    python
        .env("PYTHONPATH", client)
        .arg(script)
        .args([service.url("/v1"), text()])
        .arg(settings.path());
    assert_snapshot!(said(python).await);
}

#[needs("node", "npm")]
#[tokio::test(flavor = "multi_thread")]
async fn client_of_npm() {
    let client = installed("openai-node-7.57.0", |folder| {
        let mut npm = Command::new("npm");
        npm.args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"]);
        npm.arg(folder).arg("openai@7.57.0");
        npm
    });
    let service = Service::start(&[RUN[0], RUN[1], RUN[0], RUN[1], RUN[1]], "").await;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/client.mjs");
    let mut node = Command::new("node");
    node.arg(script).arg(client).args([service.url("/v1"), text()]);
    assert_snapshot!(said(node).await);
}

/// Installs the clients of PyPI: OpenAI's own, its framework for agents, and a terminal client.
fn python_clients() -> PathBuf {
    installed("python-clients-1", |folder| {
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "install", "--quiet", "--retries", "0", "--target"]);
        pip.arg(folder)
            .args(["openai==3.57.0", "openai-agents==0.24.0", "llm==0.36"]);
        pip
    })
}

fn text() -> String {
    format!(
        "{}The vault code is 7-4-1.\n\nWhat is the vault code?",
        "All is well.\n\n".repeat(400)
    )
}

/// Installs a client in the target folder of the tests, once.
fn installed(name: &str, command: impl Fn(&Path) -> Command) -> PathBuf {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.join("installed").exists() {
        return folder;
    }
    std::fs::create_dir_all(&folder).unwrap();
    let output = command(&folder).stdin(Stdio::null()).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "can't install {name}: {errors}");
    std::fs::write(folder.join("installed"), "").unwrap();
    folder
}

/// Returns what a client printed. It must not fail.
async fn said(mut command: Command) -> String {
    let output = tokio::task::spawn_blocking(move || command.stdin(Stdio::null()).output());
    let output = output.await.unwrap().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout).unwrap()
}

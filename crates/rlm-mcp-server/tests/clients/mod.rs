//! The official clients of the protocol, as applications use them. Tests of other crates share this
//! module.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::json;

/// The scripts of the clients.
const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../rlm-mcp-server/tests/clients");
/// The first step of a run whose call of the sub-model takes long enough for a report of its
/// progress, and the answer.
pub(crate) const SCRIPT: [&str; 2] = [
    "```repl\ntext = context if isinstance(context, str) else context[0]\nprint(llm_query('Which code? ' + text[:40]))\n```",
    "```repl\nFINAL(re.search(r'\\d-\\d-\\d', text).group())\n```",
];
/// The document of the tests.
pub(crate) const GUIDE: &str = "# Guide\n\nThe roof is leaking.\nThe vault code is 7-4-1.\n";

/// Returns what the client for Python prints about a server: a URL, or a command.
pub(crate) fn python(target: &[String], variables: &[(String, String)]) -> String {
    let client = installed("mcp-python-2.3.0", |folder| {
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "install", "--quiet", "--retries", "0", "--target"]);
        pip.arg(folder).arg("mcp==2.3.0");
        pip
    });
    let mut python = Command::new("python3");
    python
        .env("PYTHONPATH", client)
        .arg(Path::new(SCRIPTS).join("client.py"));
    said(python.args(target).envs(variables.iter().cloned()))
}

/// Returns what the client for TypeScript prints about a server.
pub(crate) fn typescript(target: &[String], variables: &[(String, String)]) -> String {
    let client = npm("@modelcontextprotocol/client", "2.4.0");
    let mut node = Command::new("node");
    node.arg(Path::new(SCRIPTS).join("client.mjs")).arg(client);
    said(node.args(target).envs(variables.iter().cloned()))
}

/// Returns what the inspector prints about the tools of a server, and about a search.
pub(crate) fn inspector(target: &[String], variables: &[(String, String)]) -> String {
    // Newer ones need a newer version of Node than distributions have.
    let client = npm("@modelcontextprotocol/inspector", "0.15.0");
    let folder = tempfile::tempdir().unwrap();
    let place: Vec<String> = match target {
        [url] => [url, "--transport", "http"].map(str::to_owned).to_vec(),
        [command, arguments @ ..] => {
            // The configuration that editors have, too.
            let variables: BTreeMap<_, _> = variables.iter().cloned().collect();
            let server = json!({"command": command, "args": arguments, "env": variables});
            let config = folder.path().join("mcp.json");
            std::fs::write(&config, json!({"mcpServers": {"rlm": server}}).to_string()).unwrap();
            let config = config.display().to_string();
            ["--config", &config, "--server", "rlm"].map(str::to_owned).to_vec()
        }
        [] => Vec::new(),
    };
    let inspect = |method: &[&str]| {
        let mut inspector = Command::new(client.join("node_modules/.bin/mcp-inspector"));
        said(inspector.arg("--cli").args(&place).args(method))
    };
    let tools: serde_json::Value = serde_json::from_str(&inspect(&["--method", "tools/list"])).unwrap();
    let names: Vec<_> = tools["tools"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|tool| tool["name"].as_str())
        .collect();
    let call = [
        "--method",
        "tools/call",
        "--tool-name",
        "search",
        "--tool-arg",
        "query=leaking roof",
    ];
    let found: serde_json::Value = serde_json::from_str(&inspect(&call)).unwrap();
    let place = &found["structuredContent"]["passages"][0]["place"];
    format!("tools: {names:?}\nsearch: {place}\n")
}

fn npm(package: &str, version: &str) -> PathBuf {
    let name = format!("{}-{version}", package.rsplit('/').next().unwrap_or(package));
    installed(&format!("mcp-{name}"), |folder| {
        let mut npm = Command::new("npm");
        npm.args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"]);
        npm.arg(folder).arg(format!("{package}@{version}"));
        npm
    })
}

/// Installs a client in the target folder of the tests, once.
fn installed(name: &str, command: impl Fn(&Path) -> Command) -> PathBuf {
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
fn said(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout).unwrap()
}

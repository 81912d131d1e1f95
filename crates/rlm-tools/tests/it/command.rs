//! Command tools, with real processes: their output and failures.

use std::time::Duration;

use rlm_tools::{Access, Arguments, CommandLine, CommandTool, Reach, Tool, ToolError};
use serde_json::{Value, json};

/// Returns a command line that describes itself, or otherwise runs a shell script.
fn command(work: &str) -> String {
    let schema =
        r#"{"description": "Does\n  it.", "parameters": {"type": "object", "properties": {"n": {"type": "integer"}}}}"#;
    let script = format!("if [ \"$1\" = --schema ]; then printf '%s' '{schema}'; else {work}; fi");
    format!("sh -c {} tool", quoted(&script))
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

async fn call(work: &str, arguments: Value) -> Result<Value, ToolError> {
    let tool = CommandTool::describe("it", &command(work)).await.unwrap();
    let arguments: Arguments = serde_json::from_value(arguments).unwrap();
    tool.call(arguments).await
}

#[tokio::test]
async fn missing_tool_description_fields_default_to_the_riskier_value() {
    let tool = CommandTool::describe("it", &command("cat")).await.unwrap();
    let description = tool.description();
    assert_eq!(description.signature().to_string(), "it(n: int=None)");
    assert_eq!(description.description, "Does it.");
    assert_eq!(
        (description.access, description.reach),
        (Access::Effect, Reach::External)
    );
    let said = r#"printf '{"inputSchema": {}, "access": "read", "outside": false}'"#;
    let tool = CommandTool::describe("it", &format!("sh -c {}", quoted(said)))
        .await
        .unwrap();
    assert!(!tool.description().counts_as_effect());
}

#[tokio::test]
async fn command_tool_reads_arguments_and_returns_a_value() {
    let given = json!({"n": 3, "text": "ü \u{1f600}\n", "deep": [{"x": null}]});
    assert_eq!(call("cat", given.clone()).await, Ok(given));
    // A command may ignore its input.
    let large = json!({"text": "x".repeat(1 << 20)});
    assert_eq!(call("echo 7", large).await, Ok(json!(7)));
}

#[tokio::test]
async fn command_failures_include_standard_error() {
    let errors = [
        call("echo 'no such order' >&2; exit 3", json!({})).await,
        call("echo '{oops'", json!({})).await,
        call("echo 1 2", json!({})).await,
        call("true", json!({})).await,
        call("kill -9 $$", json!({})).await,
        call("head -c 2000000 /dev/zero", json!({})).await,
        call(
            "head -c 100000 /dev/zero | tr '\\0' x >&2; echo the end >&2; exit 1",
            json!({}),
        )
        .await,
    ];
    let shown: Vec<String> = errors
        .into_iter()
        .map(|error| {
            let error = error.unwrap_err();
            let text = error.to_string().replace(&"x".repeat(1_900), "x…");
            format!("{}: {text}", error.code())
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"));
}

/// Regression test for calls that blocked until the run ended, on pipes that were never closed or
/// read.
#[tokio::test]
async fn stderr_floods_and_child_processes_do_not_delay_results() {
    let flood = "head -c 3000000 /dev/zero | tr '\\0' x >&2";
    let works = [
        format!("{flood}; echo 1"),
        format!("echo 1; {flood}"),
        "sleep 300 & echo 1".to_owned(),
        "(while :; do echo alive >&2; sleep 0.05; done) & echo 1".to_owned(),
        "setsid sleep 5 & echo 1".to_owned(),
        // The child also keeps standard input open and never reads it.
        "sleep 300 <&0 & echo 1".to_owned(),
    ];
    let side_by_side = works.iter().map(async |work| {
        let large = json!({"text": "x".repeat(1 << 20)});
        let called = tokio::time::timeout(Duration::from_secs(60), call(work, large)).await;
        assert_eq!(called, Ok(Ok(json!(1))), "{work}");
    });
    futures::future::join_all(side_by_side).await;
    let endless = call("tr '\\0' x < /dev/zero >&2", json!({}))
        .await
        .map_err(|error| error.to_string());
    let error = endless.unwrap_err();
    assert!(
        error.starts_with("it failed: it wrote more than 64 MiB to standard error: xxx"),
        "{error}"
    );
}

#[tokio::test]
async fn invalid_tool_descriptions_are_rejected() {
    let mut shown = Vec::new();
    for command in [
        "",
        "sh -c 'unclosed",
        "/no/such/program --x",
        "sh -c 'echo broken >&2; exit 2'",
        "echo",
        "sh -c 'echo {}'",
        "sh -c 'echo {\\\"parameters\\\": 3}'",
        "head -c 100000 /dev/zero",
    ] {
        let error = CommandTool::describe("it", command).await.unwrap_err();
        shown.push(format!("{}: {error}; {}", error.code(), error.hint()));
    }
    insta::assert_snapshot!(shown.join("\n"));
}

#[tokio::test]
async fn keys_do_not_reach_a_command() {
    // Cargo sets this variable for every test. Secrets known by their suffix are tested with a full
    // `rlm` process.
    let tells = command("test -n \"$CARGO_MANIFEST_DIR\" && echo true || echo false");
    for (line, expected) in [
        (CommandLine::from(&tells), json!(true)),
        (CommandLine::from(&tells).without(["CARGO_MANIFEST_DIR"]), json!(false)),
    ] {
        let tool = CommandTool::describe("it", line).await.unwrap();
        assert_eq!(tool.call(Arguments::new()).await, Ok(expected));
    }
}

#[tokio::test]
async fn abandoned_tool_call_kills_its_process_tree() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pid");
    let work = format!("sleep 600 & echo $! > {}; wait", file.display());
    let tool = CommandTool::describe("it", &command(&work)).await.unwrap();
    let given_up = async {
        while std::fs::read_to_string(&file).unwrap_or_default().trim().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        _ = tool.call(Arguments::new()) => panic!("the tool must not return"),
        () = given_up => {}
    }
    let pid: i32 = std::fs::read_to_string(&file).unwrap().trim().parse().unwrap();
    // The grandchild was killed; the process that adopted it may take a moment to reap it.
    let is_gone = || {
        let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        state.is_empty() || state.contains(") Z ")
    };
    for _ in 0..2_000 {
        if is_gone() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{pid} is still running");
}

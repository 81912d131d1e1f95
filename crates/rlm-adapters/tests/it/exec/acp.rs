//! The Agent Client Protocol, with an agent of the official SDK for Python.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use rlm_adapters::ExecModel;
use rlm_model::{Finish, Tokens};
use rlm_test_needs::needs;

use super::{model, script, shown, wait_until};
use crate::support::ask_sub;

/// Installs the SDK in the target folder of the tests, once.
fn sdk() -> PathBuf {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("acp-python-0.12.1");
    if !folder.join("installed").exists() {
        std::fs::create_dir_all(&folder).unwrap();
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "install", "--quiet", "--retries", "0", "--target"]);
        pip.arg(&folder).arg("agent-client-protocol==0.12.1");
        let output = pip.stdin(Stdio::null()).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "can't install the SDK: {errors}");
        std::fs::write(folder.join("installed"), "").unwrap();
    }
    folder
}

/// Creates a model of the agent in `agent.py`.
fn agent(more: &str) -> Arc<ExecModel> {
    let line = script("agent.py", &[]);
    let python = format!("command = [\"env\", \"PYTHONPATH={}\", ", sdk().display());
    let command = line.replacen("command = [", &python, 1);
    model(&format!("{command}\nprotocol = \"acp\"\n{more}")).unwrap()
}

#[needs("python3", "pip")]
#[tokio::test]
async fn message_of_the_agent_is_the_reply() {
    let agent = agent("");
    let reply = ask_sub(&*agent, "1.1.0", "Which city?").await.unwrap();
    assert_eq!(reply.text, "You said 'Which city?' in session-1 after 0 closed ones.");
    assert_eq!(reply.reasoning.as_deref(), Some("Let me see."));
    let usage = reply.usage;
    assert_eq!(
        (usage.input, usage.cached_input, usage.output),
        (Tokens(6), Tokens(2), Tokens(3))
    );
    let short = ask_sub(&*agent, "1.1.1", "short").await.unwrap();
    assert_eq!(
        (short.text.as_str(), short.finish),
        ("You said 'short' in session-2 after 1 closed ones.", Finish::Length)
    );
    let refused = ask_sub(&*agent, "1.1.2", "refuse").await.unwrap();
    assert_eq!((refused.text.as_str(), refused.finish), ("I won't.", Finish::Filtered));
}

#[needs("python3", "pip")]
#[tokio::test]
async fn concurrent_calls_have_sessions_of_their_own() {
    let agent = agent("");
    let calls = (0..12).map(|index| {
        let agent = agent.clone();
        tokio::spawn(async move { ask_sub(&*agent, &format!("1.1.{index}"), &format!("call {index}")).await })
    });
    for (index, call) in calls.collect::<Vec<_>>().into_iter().enumerate() {
        let text = call.await.unwrap().unwrap().text;
        assert!(
            text.starts_with(&format!("You said 'call {index}' in session-")),
            "{text}"
        );
    }
}

#[needs("python3", "pip")]
#[tokio::test]
async fn agent_gets_no_files_terminals_or_permissions_from_the_client() {
    let reply = ask_sub(&*agent(""), "1.1.0", "try").await.unwrap();
    insta::assert_snapshot!(reply.text);
}

#[needs("python3", "pip")]
#[tokio::test]
async fn errors_of_the_agent_are_errors_of_the_call() {
    let agent = agent("");
    let mut errors = Vec::new();
    for prompt in ["log in", "break"] {
        errors.push(shown(&ask_sub(&*agent, "1.1.0", prompt).await.unwrap_err()));
    }
    insta::assert_snapshot!(errors.join("\n\n"));
}

#[needs("python3", "pip")]
#[tokio::test]
async fn dropped_call_cancels_the_turn() {
    let folder = tempfile::tempdir().unwrap();
    let agent = agent(&format!("cwd = {:?}", folder.path()));
    let call = {
        let agent = agent.clone();
        tokio::spawn(async move { ask_sub(&*agent, "1.1.0", "wait").await })
    };
    let waiting = folder.path().join("waiting");
    wait_until("the turn begins", || waiting.exists()).await;
    call.abort();
    // The agent closes the session in the same process, which it would not do while it waits.
    let reply = ask_sub(&*agent, "1.1.1", "Which city?").await.unwrap();
    assert!(reply.text.contains("in session-2"), "{}", reply.text);
}

#[tokio::test]
async fn program_that_is_no_agent_is_an_error() {
    let mut errors = Vec::new();
    for program in [
        "cat",
        "echo hello; cat",
        "echo '{\"id\": 1, \"result\": {\"protocolVersion\": 2}}'; cat > /dev/null",
    ] {
        let lines = format!("command = [\"sh\", \"-c\", '''{program}''']\nprotocol = \"acp\"");
        let error = ask_sub(&*model(&lines).unwrap(), "1.1.0", "Which city?")
            .await
            .unwrap_err();
        errors.push(format!("$ {program}\n{}", shown(&error)));
    }
    insta::assert_snapshot!(errors.join("\n\n"));
}

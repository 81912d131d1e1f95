//! Tests of the mailbox, a folder for requests and manual replies.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rlm_adapters::MailboxModel;
use rlm_model::{ModelErrorKind, Tokens};
use serde_json::{Value, json};

use crate::support::{ask_root, ask_sub};

/// Waits until a file exists. Panics after 20 seconds.
fn wait_for(path: &Path) -> String {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(20) {
        if let Ok(text) = fs::read_to_string(path) {
            return text;
        }
        std::thread::yield_now();
    }
    panic!("{} did not appear", path.display());
}

/// Answers requests from another thread, like a person or a program.
fn answer(folder: &Path, steps: impl FnOnce(PathBuf) + Send + 'static) -> std::thread::JoinHandle<()> {
    let folder = folder.to_owned();
    std::thread::spawn(move || steps(folder))
}

#[tokio::test]
async fn mailbox_writes_the_request_and_reads_the_reply() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = folder.path().join("inbox");
    let model = MailboxModel::new(&inbox);
    let writer = answer(&inbox, |inbox| {
        let request: Value = serde_json::from_str(&wait_for(&inbox.join("0001.request.json"))).unwrap();
        let expected = json!({
            "call": "1.0.0",
            "class": "root",
            "model": "mailbox:inbox",
            "parameters": {"max_output": 100},
            "messages": [
                {"role": "system", "content": "You write programs."},
                {"role": "user", "content": "What now?"},
            ],
        });
        assert_eq!(request, expected);
        fs::write(inbox.join("0001.reply.json"), r#"{"text": "print(1)"}"#).unwrap();
    });
    let reply = ask_root(&model, 1, "What now?").await.unwrap();
    writer.join().unwrap();
    assert_eq!((reply.text.as_str(), reply.usage.output), ("print(1)", Tokens(2)));
    assert!(reply.usage.estimated);
    let mut files: Vec<_> = fs::read_dir(&inbox)
        .unwrap()
        .map(|file| file.unwrap().file_name())
        .collect();
    files.sort();
    assert_eq!(
        files,
        ["0001.reply.json", "0001.request.json"],
        "no temporary file remains"
    );
}

#[tokio::test]
async fn mailbox_numbers_continue_and_do_not_collide() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("0041.reply.txt"), "old").unwrap();
    let model = MailboxModel::new(folder.path());
    let writer = answer(folder.path(), |folder| {
        for number in 42..47 {
            let request: Value =
                serde_json::from_str(&wait_for(&folder.join(format!("{number:04}.request.json")))).unwrap();
            assert_eq!(request["class"], "sub");
            let text = format!("to {}", request["messages"][1]["content"].as_str().unwrap());
            fs::write(folder.join(format!("{number:04}.reply.txt")), text).unwrap();
        }
    });
    let replies = tokio::join!(
        ask_sub(&model, "1.1.0", "a"),
        ask_sub(&model, "1.1.1", "b"),
        ask_sub(&model, "1.1.2", "c"),
        ask_sub(&model, "1.1.3", "d"),
        ask_sub(&model, "1.1.4", "e"),
    );
    writer.join().unwrap();
    let texts = [replies.0, replies.1, replies.2, replies.3, replies.4].map(|reply| reply.unwrap().text);
    assert_eq!(texts, ["to a", "to b", "to c", "to d", "to e"]);
}

#[tokio::test]
async fn malformed_mailbox_reply_is_reported_and_awaited_again() {
    let folder = tempfile::tempdir().unwrap();
    let model = MailboxModel::new(folder.path());
    let writer = answer(folder.path(), |folder| {
        wait_for(&folder.join("0001.request.json"));
        fs::write(folder.join("0001.reply.json"), r#"{"txt": "oops"}"#).unwrap();
        let problem = wait_for(&folder.join("0001.problem.txt"));
        assert_eq!(
            problem,
            "0001.reply.json: expected {\"text\": \"…\"} or {\"error\": \"…\"}; still waiting\n"
        );
        fs::write(folder.join("0001.reply.json"), r#"{"text": "right"}"#).unwrap();
    });
    let reply = ask_sub(&model, "1.1.0", "a").await.unwrap();
    writer.join().unwrap();
    assert_eq!(reply.text, "right");
    assert!(!folder.path().join("0001.problem.txt").exists());
}

#[tokio::test]
async fn mailbox_reply_can_be_an_error() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("0001.reply.json"),
        r#"{"error": "ask someone else"}"#,
    )
    .unwrap();
    let model = MailboxModel::new(folder.path());
    let writer = answer(folder.path(), |folder| {
        wait_for(&folder.join("0002.request.json"));
        fs::write(folder.join("0002.reply.json"), r#"{"error": "ask someone else"}"#).unwrap();
    });
    let error = ask_sub(&model, "1.1.0", "a").await.unwrap_err();
    writer.join().unwrap();
    assert_eq!(error.kind, ModelErrorKind::NoReply);
    assert_eq!(
        error.to_string(),
        "the mailbox replied to request 0002 with an error: ask someone else"
    );
}

#[tokio::test]
async fn cancelled_mailbox_call_withdraws_its_request() {
    let folder = tempfile::tempdir().unwrap();
    let model = MailboxModel::new(folder.path());
    let path = folder.path().join("0001.request.json");
    let arrived = tokio::task::spawn_blocking(move || wait_for(&path));
    tokio::select! {
        reply = ask_sub(&model, "1.1.0", "a") => panic!("{reply:?}"),
        arrived = arrived => assert!(!arrived.unwrap().is_empty()),
    }
    // The request may not have been written yet when the call is dropped.
    let path = folder.path().join("0001.cancelled.json");
    tokio::task::spawn_blocking(move || wait_for(&path)).await.unwrap();
    assert!(!folder.path().join("0001.request.json").exists());
}

#[tokio::test]
async fn unwritable_mailbox_folder_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let model = MailboxModel::new(file.join("inbox"));
    let error = ask_sub(&model, "1.1.0", "a").await.unwrap_err();
    let message = error.to_string().replace(&*folder.path().to_string_lossy(), "FOLDER");
    assert_eq!(
        message,
        "can't write to the mailbox FOLDER/file/inbox: Not a directory (os error 20)"
    );
}

//! Tests of killing every running process group, which would disturb other tests.

#![allow(clippy::unwrap_used, reason = "tests panic on failure")]

use rlm_process::{Program, kill_all};

#[tokio::test]
async fn all_running_groups_are_killed_on_request() {
    let shell = Program::new("sh").with_arguments(["-c", "sleep 600 & wait"]);
    let (mut child, group) = shell.spawn().unwrap();
    kill_all();
    assert!(!child.wait().await.unwrap().success());
    drop(group);
}

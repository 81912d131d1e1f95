//! The OpenAPI document against the service, by requests that schemathesis makes up.

use std::process::Command;
use std::sync::Arc;

use rlm_adapters::FakeModel;
use rlm_core::Runner;
use rlm_test_needs::needs;

use crate::clients::{installed, said};
use crate::support::Service;

#[needs("python3", "pip")]
#[tokio::test(flavor = "multi_thread")]
async fn every_response_is_as_described() {
    let client = installed("schemathesis-4.32.0", |folder| {
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "install", "--quiet", "--retries", "0", "--target"]);
        pip.arg(folder).arg("schemathesis==4.32.0");
        pip
    });
    let model = FakeModel::new(["```repl\nFINAL('done')\n```"; 10_000]);
    let runner = Runner::builder(Arc::new(model)).build().unwrap();
    let service = Service::in_folder(tempfile::tempdir().unwrap(), runner, |_| {}).await;
    let folder = tempfile::tempdir().unwrap();
    let mut python = Command::new("python3");
    python
        .env("PYTHONPATH", client)
        .current_dir(folder.path())
        .args(["-m", "schemathesis.cli", "run", &service.url("/openapi.json")])
        // What a request means is more than a schema can say: a session has to exist.
        .args(["--checks", "all", "--exclude-checks", "positive_data_acceptance"])
        // It can't make bodies of this kind.
        .args(["--exclude-path-regex", "^/v1/uploads"])
        .args(["--phases", "coverage,fuzzing", "--max-examples", "10", "--seed", "1"])
        .args(["--no-color", "--warnings", "off", "--continue-on-failure"]);
    let text = said(python).await;
    assert!(text.contains("No issues found"), "{text}");
}

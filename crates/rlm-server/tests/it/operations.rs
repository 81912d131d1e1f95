//! Metrics, ids of requests, TLS, and the end of a server.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use reqwest::{Certificate, Client};
use rlm_server::{ServerOptions, TlsFiles};
use rlm_test_needs::needs;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::support::{Service, body as get_json, events, refused, runner};

const SOON: Duration = Duration::from_secs(20);

#[tokio::test]
async fn metrics_count_requests_runs_calls_and_cost() {
    let program = "```repl\nprint(llm_query('Whose code? ' + context))\n```";
    let service = Service::start(&[program, "FINAL: yes"], "the vault's").await;
    let session = service.session("The code is 7-4-1.").await;
    let question = json!({"session_id": session, "user_query": "Is there a code?"});
    get_json(service.post("/api/execute", &question)).await;
    refused(service.get("/api/executions/none")).await;
    refused(service.get("/planted")).await;

    let response = service.get("/metrics").send().await.unwrap();
    assert!(
        response.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/plain")
    );
    let plain = response.text().await.unwrap();
    for line in ["# TYPE rlm_runs_total counter", "# TYPE rlm_run_seconds histogram"] {
        assert!(plain.lines().any(|found| found == line), "{line} is not in:\n{plain}");
    }
    let request = service
        .get("/metrics")
        .header("accept", "application/openmetrics-text; version=1.0.0");
    let response = request.send().await.unwrap();
    let kind = response.headers()["content-type"].to_str().unwrap();
    assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
    let text = response.text().await.unwrap();
    for line in [
        "rlm_runs_total{outcome=\"complete\",tenant=\"\"} 1",
        "rlm_run_seconds_count 1",
        "rlm_calls_total{class=\"root\",outcome=\"replied\"} 2",
        "rlm_calls_total{class=\"sub\",outcome=\"replied\"} 1",
        "rlm_active_runs 0",
        "rlm_http_requests_total{method=\"POST\",route=\"/api/execute\",status=\"200\"} 1",
        "rlm_http_requests_total{method=\"GET\",route=\"/api/executions/{id}\",status=\"404\"} 1",
        "rlm_http_requests_total{method=\"GET\",route=\"unmatched\",status=\"404\"} 1",
        "rlm_http_request_seconds_count{route=\"/api/execute\"} 1",
        "# EOF",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in:\n{text}");
    }
    let cost = text
        .lines()
        .find_map(|line| line.strip_prefix("rlm_cost_dollars_total{tenant=\"\"} "));
    assert!(cost.is_some_and(|cost| cost.parse::<f64>().unwrap() > 0.0), "{text}");
    assert!(!text.contains("planted"), "{text}");
    let described: Vec<&str> = text.lines().filter(|line| line.starts_with('#')).collect();
    insta::assert_snapshot!("metrics", described.join("\n"));
}

#[tokio::test]
async fn every_response_has_the_id_of_its_request() {
    let service = Service::start(&[], "").await;
    let id = async |sent: Option<&str>, path: &str| {
        let request = service.get(path);
        let request = sent
            .into_iter()
            .fold(request, |request, sent| request.header("x-request-id", sent));
        let response = request.send().await.unwrap();
        response.headers()["x-request-id"].to_str().unwrap().to_owned()
    };
    assert_eq!(id(Some("deploy-7.a_B"), "/healthz").await, "deploy-7.a_B");
    let made = [id(None, "/healthz").await, id(None, "/planted").await];
    assert_ne!(made[0], made[1]);
    let long = "a".repeat(65);
    for unusable in ["", "a b", "a\"b", "{a}", "a\tb", long.as_str()] {
        let made = id(Some(unusable), "/healthz").await;
        assert!(
            made.len() == 16 && made.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "{unusable}: {made}"
        );
    }
}

#[tokio::test]
async fn stopping_server_lets_runs_end_or_interrupts_them() {
    for (delay, end) in [
        (Duration::from_millis(300), "result"),
        (Duration::from_secs(60), "interrupted"),
    ] {
        let script = [
            "```repl\nprint(llm_query('Whose code? ' + context))\n```",
            "FINAL: the vault's",
        ];
        let folder = tempfile::tempdir().unwrap();
        let drain = |options: &mut ServerOptions| options.drain = Duration::from_secs(2);
        let mut service = Service::in_folder(folder, runner(&script, "the vault's", delay), drain).await;
        let session = service.session("The code is 7-4-1.").await;
        let question = json!({"session_id": session, "user_query": "Whose?"});
        let stream = service.post("/api/execute/stream", &question).send().await.unwrap();
        service.stop();
        let start = Instant::now();
        while service.get("/readyz").send().await.unwrap().status() != 503 {
            assert!(start.elapsed() < SOON, "it stays ready");
        }
        let (status, problem) = refused(service.post("/api/execute", &question)).await;
        assert_eq!((status, &problem["code"]), (503, &json!("draining")));
        get_json(service.get("/api/stats")).await;
        let all = events(&stream.text().await.unwrap());
        let (_, name, data) = all.last().unwrap();
        assert_eq!(name, end);
        let id = data["execution_id"].as_str().unwrap().to_owned();
        timeout(SOON, service.stopped()).await.unwrap();
        assert!(TcpStream::connect(service.address).await.is_err(), "the port is closed");

        // The next server knows the run. Without `background`, it waits for `rlm resume`.
        let folder = std::mem::replace(&mut service.folder, tempfile::tempdir().unwrap());
        let next = Service::in_folder(folder, runner(&script, "", Duration::ZERO), |_| {}).await;
        let state = get_json(next.get(&format!("/api/executions/{id}"))).await;
        let status = if end == "result" { "completed" } else { "interrupted" };
        assert_eq!(state["status"], status);
    }
}

#[needs("openssl")]
#[tokio::test]
async fn changed_certificate_is_used_without_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let files = TlsFiles {
        certificate: folder.path().join("cert.pem"),
        key: folder.path().join("key.pem"),
    };
    let first = certificate(&files);
    let tls = files.clone();
    let service = Service::with_options(&[], |options| {
        options.listener.tls = Some(tls);
        options.listener.header_timeout = Duration::from_secs(1);
    })
    .await;
    let url = format!("https://localhost:{}/healthz", service.address.port());
    get_json(client(&first).get(&url)).await;
    assert!(
        Client::new().get(&url).send().await.is_err(),
        "an unknown certificate is trusted"
    );
    // Neither plain HTTP nor silence keeps a connection.
    for beginning in ["GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", ""] {
        let mut stream = TcpStream::connect(service.address).await.unwrap();
        stream.write_all(beginning.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let _ = timeout(SOON, stream.read_to_end(&mut answer)).await.unwrap();
        assert!(!answer.starts_with(b"HTTP"), "plain HTTP is answered");
    }

    std::fs::write(&files.certificate, "broken").unwrap();
    sleep(Duration::from_millis(2_500)).await;
    get_json(client(&first).get(&url)).await;
    let second = certificate(&files);
    let start = Instant::now();
    while client(&second).get(&url).send().await.is_err() {
        assert!(start.elapsed() < SOON, "the new certificate is not used");
        sleep(Duration::from_millis(100)).await;
    }
}

/// Writes a new certificate for this machine, and returns it.
fn certificate(files: &TlsFiles) -> Certificate {
    let path = |path: &Path| path.display().to_string();
    let output = Command::new("openssl")
        .args(["req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=localhost"])
        .args(["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"])
        .args([
            "-addext",
            "subjectAltName=DNS:localhost",
            "-addext",
            "basicConstraints=critical,CA:FALSE",
        ])
        .args(["-out", &path(&files.certificate), "-keyout", &path(&files.key)])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Certificate::from_pem(&std::fs::read(&files.certificate).unwrap()).unwrap()
}

fn client(trusted: &Certificate) -> Client {
    Client::builder().tls_certs_only([trusted.clone()]).build().unwrap()
}

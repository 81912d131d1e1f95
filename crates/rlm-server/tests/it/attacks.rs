//! Attacks of clients: each ends with a status of its own, and leaves the service as it was.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::Method;
use rlm_adapters::FakeModel;
use rlm_core::Runner;
use rlm_model::{BoxFuture, Call, Model, ModelError, ModelIdentity, Price, Reply};
use rlm_server::{ApiKeys, Scope, ServerOptions};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::support::{Service, body as get_json, prices, refused, runner};

/// The timeouts of the service in these tests.
const SHORT: Duration = Duration::from_millis(400);
/// The time within which everything has to happen.
const SOON: Duration = Duration::from_secs(20);
const HEALTH: &str = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

fn short(options: &mut ServerOptions) {
    options.listener.header_timeout = SHORT;
    options.listener.body_timeout = SHORT;
}

#[tokio::test]
async fn slow_and_idle_connections_are_closed() {
    let service = Service::with_options(&[], short).await;
    let cases = [
        ("no byte", ""),
        ("half a header", "GET /healthz HTTP/1.1\r\nHost: local"),
        ("idle after a response", HEALTH),
    ];
    for (name, beginning) in cases {
        let mut stream = connect(&service).await;
        stream.write_all(beginning.as_bytes()).await.unwrap();
        assert!(rest(&mut stream).await.is_some(), "{name}: the connection stays open");
    }
    let mut stream = connect(&service).await;
    let start = Instant::now();
    for byte in "GET /healthz HTTP/1.1\r\nX-Slow: "
        .bytes()
        .chain(std::iter::repeat(b'a'))
    {
        if stream.write_all(&[byte]).await.is_err() {
            break;
        }
        assert!(start.elapsed() < SOON, "a header may be sent byte by byte");
        sleep(Duration::from_millis(20)).await;
    }
    get_json(service.get("/healthz")).await;
}

#[tokio::test]
async fn slow_bodies_are_refused() {
    let service = Service::with_options(&[], short).await;
    let head = "POST /api/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\n\r\n{";
    let mut stream = connect(&service).await;
    stream.write_all(head.as_bytes()).await.unwrap();
    let answer = rest(&mut stream).await.unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 408 ") && answer.contains("\"body_timeout\""),
        "{answer}"
    );

    let mut stream = connect(&service).await;
    stream.write_all(head.as_bytes()).await.unwrap();
    let (mut reader, mut writer) = stream.into_split();
    let drip = tokio::spawn(async move {
        while writer.write_all(b" ").await.is_ok() {
            sleep(SHORT / 8).await;
        }
    });
    let mut answer = vec![0; 1_000];
    let read = timeout(SOON, reader.read(&mut answer)).await.unwrap().unwrap();
    let answer = String::from_utf8_lossy(&answer[..read]).into_owned();
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    drop(reader);
    timeout(SOON, drip).await.unwrap().unwrap();
}

#[tokio::test]
async fn client_that_closes_its_half_of_a_connection_ends_its_run() {
    let script = ["```repl\nprint(llm_query('Whose code? ' + context))\n```"; 3];
    let service = Service::with(&script, "later", Duration::from_secs(30), |_| {}).await;
    let session = service.session("The code is 7-4-1.").await;
    let body = json!({"session_id": session, "user_query": "What?"}).to_string();
    let mut stream = connect(&service).await;
    let head = format!(
        "POST /api/execute/stream HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut first = [0; 100];
    assert!(stream.read(&mut first).await.unwrap() > 0);
    let (status, problem) = refused(service.client.delete(service.url(&format!("/api/sessions/{session}")))).await;
    assert_eq!((status, &problem["code"]), (409, &json!("session_in_use")));
    stream.shutdown().await.unwrap();
    until_idle(&service).await;
}

// Other systems have no such option.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn client_that_reads_nothing_is_closed() {
    let service = Service::with_options(&[], |options| {
        options.listener.max_connections = 1;
        options.listener.header_timeout = Duration::from_secs(600);
        options.listener.peer_timeout = Duration::from_secs(1);
    })
    .await;
    let mut stream = connect(&service).await;
    let requests = HEALTH.repeat(1_000);
    // Until the responses fill all buffers, and the service reads no more requests.
    while let Ok(sent) = timeout(SHORT, stream.write_all(requests.as_bytes())).await {
        sent.unwrap();
    }
    let answered = timeout(SOON, service.get("/healthz").send()).await;
    assert_eq!(answered.unwrap().unwrap().status(), 200);
    drop(stream);
}

#[tokio::test]
async fn connections_beyond_the_maximum_wait() {
    let service = Service::with_options(&[], |options| options.listener.max_connections = 4).await;
    let mut open = Vec::new();
    for _ in 0..4 {
        let mut stream = connect(&service).await;
        stream.write_all(HEALTH.as_bytes()).await.unwrap();
        assert!(stream.read(&mut [0; 1_000]).await.unwrap() > 0);
        open.push(stream);
    }
    let mut late = connect(&service).await;
    late.write_all(HEALTH.as_bytes()).await.unwrap();
    let mut answer = [0; 1_000];
    assert!(
        timeout(SHORT, late.read(&mut answer)).await.is_err(),
        "a fifth connection is answered"
    );
    drop(open.pop());
    let read = timeout(SOON, late.read(&mut answer)).await.unwrap().unwrap();
    assert!(answer[..read].starts_with(b"HTTP/1.1 200 "));
}

#[tokio::test]
async fn two_thousand_connections_delay_others_at_most() {
    let service = Service::with_options(&[], |options| {
        options.listener.max_connections = 1_000;
        options.listener.header_timeout = Duration::from_secs(2);
    })
    .await;
    let mut open = Vec::new();
    for _ in 0..2_000 {
        open.push(connect(&service).await);
    }
    let answered = timeout(SOON, service.get("/healthz").send()).await;
    assert_eq!(answered.unwrap().unwrap().status(), 200);
    drop(open);
}

#[tokio::test]
async fn giant_requests_are_refused() {
    let service = Service::start(&["FINAL: yes"], "").await;
    let large = format!(
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Large: {}\r\n\r\n",
        "a".repeat(100_000)
    );
    let many = format!(
        "GET /healthz HTTP/1.1\r\nHost: localhost\r\n{}\r\n",
        "X-Many: a\r\n".repeat(200)
    );
    let path = format!("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "a".repeat(100_000));
    for (request, status) in [(large, "431"), (many, "431"), (path, "4")] {
        let answer = exchange(&service, request.as_bytes()).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
    }
    // Endless bodies, with and without a length.
    let piece = vec![b' '; 1 << 16];
    let chunk = [b"10000\r\n", piece.as_slice(), b"\r\n"].concat();
    for (header, piece) in [
        ("Content-Length: 99999999999", &piece),
        ("Transfer-Encoding: chunked", &chunk),
    ] {
        let mut stream = connect(&service).await;
        let head = format!("POST /api/sessions HTTP/1.1\r\nHost: localhost\r\n{header}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let (mut reader, mut writer) = stream.into_split();
        let piece = piece.clone();
        let sent = tokio::spawn(async move {
            let mut sent = 0;
            while writer.write_all(&piece).await.is_ok() {
                sent += piece.len();
            }
            sent
        });
        let mut answer = vec![0; 1_000];
        let read = timeout(SOON, reader.read(&mut answer)).await.unwrap().unwrap();
        let answer = String::from_utf8_lossy(&answer[..read]).into_owned();
        assert!(
            answer.starts_with("HTTP/1.1 413 ") && answer.contains("body_too_large"),
            "{header}: {answer}"
        );
        drop(reader);
        let sent = timeout(SOON, sent).await.unwrap().unwrap();
        assert!(sent < 64 << 20, "{header}: {sent} bytes were taken");
    }
    let answer = service.session("It is well.").await;
    assert!(!answer.is_empty());
}

#[tokio::test]
async fn malformed_bodies_are_refused_with_a_code() {
    let service = Service::start(&[], "").await;
    let deep = "[".repeat(100_000);
    let bodies: [(&str, Vec<u8>); 9] = [
        ("empty", Vec::new()),
        ("not UTF-8", b"{\"name\": \"\xff\xfe\"}".to_vec()),
        ("not JSON", b"name=vault".to_vec()),
        ("truncated", b"{\"name\": \"va".to_vec()),
        ("deeply nested", deep.into_bytes()),
        ("lone surrogate", b"{\"name\": \"\\ud800\"}".to_vec()),
        ("other type", b"{\"name\": [1]}".to_vec()),
        ("unknown field", b"{\"names\": 1}".to_vec()),
        ("huge number", b"{\"max_cost_usd\": 1e999}".to_vec()),
    ];
    for path in [
        "/api/sessions",
        "/api/execute",
        "/api/execute/stream",
        "/v1/chat/completions",
    ] {
        for (name, body) in &bodies {
            for kind in [
                "application/json",
                "text/plain",
                "multipart/form-data; boundary=x",
                "\u{fc}",
            ] {
                let request = service.client.post(service.url(path)).header("content-type", kind);
                let (status, problem) = refused(request.body(body.clone())).await;
                let code = problem.get("code").or_else(|| problem["error"].get("code"));
                assert_eq!(
                    (status, code),
                    (400, Some(&json!("invalid_request"))),
                    "{path}, {name}, {kind}"
                );
            }
        }
    }
}

#[tokio::test]
async fn paths_and_names_reach_no_file() {
    let mut secret = tempfile::NamedTempFile::new().unwrap();
    secret.write_all(b"planted").unwrap();
    let service = Service::start(&[], "").await;
    let long = "a".repeat(5_000);
    let ids = [
        "..%2f..%2f..%2fetc%2fpasswd",
        "..%5c..%5cetc",
        "%2e%2e",
        ".",
        "%00",
        "x%00.json",
        "%2fetc%2fpasswd",
        "%ff%fe",
        "%c0%ae%c0%ae",
        "%0d%0aX-Planted:%201",
        "%F0%9F%A6%80",
        "keys.json",
        "-",
        "none",
        long.as_str(),
    ];
    for id in ids {
        for (method, path) in [
            (Method::GET, format!("/api/sessions/{id}")),
            (Method::DELETE, format!("/api/sessions/{id}")),
            (Method::GET, format!("/api/executions/{id}")),
            (Method::DELETE, format!("/api/executions/{id}")),
            (Method::GET, format!("/api/executions/{id}/tree")),
            (Method::GET, format!("/api/executions/{id}/events")),
            (Method::GET, format!("/v1/models/{id}")),
        ] {
            let request = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            let answer = exchange(&service, request.as_bytes()).await;
            let status = answer.split(' ').nth(1).unwrap_or_default();
            // A path of dots is another route.
            assert!(["400", "404", "405"].contains(&status), "{method} {path}: {answer}");
            assert!(
                !answer.contains("planted") && !answer.contains("root:"),
                "{path}: {answer}"
            );
            let json = answer.split("\r\n\r\n").nth(1).unwrap_or_default();
            assert!(serde_json::from_str::<Value>(json).is_ok(), "{method} {path}: {answer}");
        }
    }
    let path = secret.path().display().to_string();
    for name in ["../../etc", path.as_str(), "\0", "a\nb", long.as_str()] {
        let question = json!({"session_id": name, "user_query": "What?"});
        let (status, problem) = refused(service.post("/api/execute", &question)).await;
        assert_eq!((status, &problem["code"]), (404, &json!("not_found")), "{name:?}");
        // The name of a session is a title.
        get_json(service.post("/api/sessions", &json!({"name": name, "context": "x"}))).await;
    }
}

#[tokio::test]
async fn ids_of_other_tenants_are_as_unknown_as_any() {
    let mut made = Vec::new();
    let service = Service::with(&["FINAL: yes"; 9], "", Duration::ZERO, |folder| {
        let keys = ApiKeys::open(folder);
        let all = vec![Scope::Run, Scope::Read];
        for (tenant, scopes) in [
            ("acme", all.clone()),
            ("umbra", all),
            ("acme", vec![Scope::Read]),
            ("acme", vec![Scope::Run]),
            ("ops", vec![Scope::Metrics]),
        ] {
            made.push(keys.add(tenant, &scopes).unwrap());
        }
    })
    .await;
    let [acme, umbra, reader, asker, operator] = [0, 1, 2, 3, 4].map(|number: usize| made[number].text.clone());
    let session = json!({"name": "secret", "context": "The code is 7-4-1."});
    let session = get_json(service.post("/api/sessions", &session).bearer_auth(&acme)).await;
    let session = session["session_id"].as_str().unwrap();
    let question = json!({"session_id": session, "user_query": "Is there a code?"});
    let done = get_json(service.post("/api/execute", &question).bearer_auth(&acme)).await;
    let execution = done["execution_id"].as_str().unwrap();

    let unknown = "20260101-000000-aaaaaa";
    for (path, id) in [
        ("/api/sessions/ID", session),
        ("/api/executions/ID", execution),
        ("/api/executions/ID/tree", execution),
        ("/api/executions/ID/events", execution),
    ] {
        for method in [Method::GET, Method::DELETE] {
            let send = |id: &str| {
                let url = service.url(&path.replace("ID", id));
                refused(service.client.request(method.clone(), url).bearer_auth(&umbra))
            };
            assert_eq!(send(id).await, send(unknown).await, "{method} {path}");
        }
    }
    let other = json!({"session_id": session, "user_query": "What?"});
    let none = json!({"session_id": unknown, "user_query": "What?"});
    let send = |body: &Value| refused(service.post("/api/execute", body).bearer_auth(&umbra));
    assert_eq!(send(&other).await, send(&none).await);
    get_json(service.get(&format!("/api/executions/{execution}")).bearer_auth(&acme)).await;

    let missing = |request: reqwest::RequestBuilder, key: &str| refused(request.bearer_auth(key));
    for (request, key) in [
        (service.post("/api/execute", &question), &reader),
        (service.post("/api/sessions", &json!({"name": "x"})), &reader),
        (service.get("/api/stats"), &asker),
        (service.get("/api/stats"), &operator),
        (service.get("/metrics"), &acme),
    ] {
        let (status, problem) = missing(request, key).await;
        assert_eq!((status, &problem["code"]), (403, &json!("missing_scope")));
    }
    ApiKeys::open(service.folder.path()).revoke(&made[1].record.id).unwrap();
    let (status, _) = missing(service.get("/api/stats"), &umbra).await;
    assert_eq!(status, 401);
}

#[tokio::test]
async fn web_pages_of_other_origins_are_refused() {
    let service = Service::start(&["FINAL: yes"], "").await;
    let session = json!({"name": "planted", "context": "x"});
    for (header, value) in [
        ("host", "evil.example"),
        ("host", "127.0.0.1.evil.example"),
        ("host", "localhost@evil.example"),
        ("host", "[::1].evil.example"),
        ("origin", "null"),
        ("origin", "https://evil.example"),
        ("origin", "http://localhost.evil.example"),
        ("origin", "http://evil.example/http://localhost"),
    ] {
        let request = service.post("/api/sessions", &session).header(header, value);
        let (status, problem) = refused(request).await;
        assert_eq!(
            (status, &problem["code"]),
            (421, &json!("foreign_host")),
            "{header}: {value}"
        );
    }
    let listed = get_json(service.get("/api/sessions")).await;
    assert_eq!(listed["sessions"], json!([]));
}

#[tokio::test]
async fn ambiguous_requests_hide_no_second_one() {
    let service = Service::start(&[], "").await;
    let hidden = "GET /planted HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let length = hidden.len();
    // Each is refused, or read in one way only, after which the connection is closed.
    let headers = [
        format!("Content-Length: {length}\r\nContent-Length: 0"),
        format!("Content-Length: {length}, 0"),
        "Transfer-Encoding: chunked, identity".to_owned(),
        "Transfer-Encoding: xchunked".to_owned(),
        "Content-Length: -1".to_owned(),
        "Content-Length: +5".to_owned(),
        "Content-Length: 0x5".to_owned(),
        "Content-Length : 5".to_owned(),
        "Transfer-Encoding : chunked".to_owned(),
        "X: a\r\n Transfer-Encoding: chunked".to_owned(),
    ];
    for header in headers {
        let request = format!("POST /api/sessions HTTP/1.1\r\nHost: localhost\r\n{header}\r\n\r\n{hidden}");
        let answer = exchange(&service, request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{header}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{header}: {answer}");
    }
    for headers in [
        format!("Content-Length: {length}\r\nTransfer-Encoding: chunked"),
        format!("Transfer-Encoding: chunked\r\nContent-Length: {length}"),
    ] {
        let request = format!("POST /api/sessions HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n\r\n0\r\n\r\n{hidden}");
        let answer = exchange(&service, request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{headers}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{headers}: {answer}");
    }
    get_json(service.get("/healthz")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_texts_at_once_are_stored_without_conflict() {
    let service = Service::start(&[], "").await;
    let text = "The code is 7-4-1.\n".repeat(5_000);
    let sessions = (0..32).map(|_| service.session(&text));
    let ids: BTreeSet<String> = futures::future::join_all(sessions).await.into_iter().collect();
    assert_eq!(ids.len(), 32);
    let stored = std::fs::read_dir(service.folder.path().join("contexts")).unwrap();
    assert_eq!(
        stored.count(),
        1,
        "equal texts are stored once, and nothing is left beside"
    );
}

#[tokio::test]
async fn clients_that_leave_take_no_runs_from_others() {
    let script = ["```repl\nprint(llm_query('Whose code? ' + context))\n```"; 99];
    let folder = tempfile::tempdir().unwrap();
    let runner = runner(&script, "later", Duration::from_secs(30));
    let service = Service::in_folder(folder, runner, |options| options.max_runs = 3).await;
    let session = service.session("The code is 7-4-1.").await;
    let body = json!({"session_id": session, "user_query": "What?"});
    for round in 0..8 {
        let path = ["/api/execute", "/api/execute/stream"][round % 2];
        let request = service.post(path, &body).timeout(Duration::from_millis(100));
        let response = request.send().await;
        let is_refused = response.is_ok_and(|response| response.status() == 503);
        assert!(
            !is_refused,
            "round {round}: the runs of clients that left are still active"
        );
        until_idle(&service).await;
    }
}

#[tokio::test]
async fn panic_of_a_run_leaves_no_trace_in_the_service() {
    let folder = tempfile::tempdir().unwrap();
    let keys = ApiKeys::open(folder.path());
    let key = keys.add("acme", &[Scope::Run, Scope::Read]).unwrap().text;
    keys.set_budget("acme", "1.00/day".parse().unwrap()).unwrap();
    let model = Panicking(FakeModel::new(["FINAL: no"]));
    let prices = prices(model.identity());
    let runner = Runner::builder(Arc::new(model)).prices(prices).build().unwrap();
    let service = Service::in_folder(folder, runner, |options| options.max_runs = 1).await;
    let question = json!({"model": "rlm", "messages": [{"role": "user", "content": "Is there a code?"}]});
    for _ in 0..3 {
        let (status, problem) = refused(service.post("/v1/chat/completions", &question).bearer_auth(&key)).await;
        assert_eq!((status, &problem["error"]["code"]), (503, &json!("interrupted")));
        until_idle(&service).await;
    }
}

/// A model with a bug.
struct Panicking(FakeModel);

impl Model for Panicking {
    fn identity(&self) -> &ModelIdentity {
        self.0.identity()
    }

    fn price(&self) -> Option<Price> {
        self.0.price()
    }

    fn complete<'a>(&'a self, _: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        panic!("a bug of a model")
    }
}

async fn connect(service: &Service) -> TcpStream {
    TcpStream::connect(service.address).await.unwrap()
}

/// Sends bytes, and returns all that the service answers until it closes the connection, or for a
/// second.
async fn exchange(service: &Service, request: &[u8]) -> String {
    let mut stream = connect(service).await;
    // The service may answer and close before it has read everything.
    let _ = stream.write_all(request).await;
    let mut answer = Vec::new();
    let mut piece = [0; 4_096];
    while let Ok(Ok(read @ 1..)) = timeout(Duration::from_secs(1), stream.read(&mut piece)).await {
        answer.extend_from_slice(&piece[..read]);
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// Reads until the service closes the connection. Returns `None` if it stays open.
async fn rest(stream: &mut TcpStream) -> Option<String> {
    let mut answer = Vec::new();
    // A reset closes it, too.
    let _ = timeout(SOON, stream.read_to_end(&mut answer)).await.ok()?;
    Some(String::from_utf8_lossy(&answer).into_owned())
}

/// Waits until no run is active.
async fn until_idle(service: &Service) {
    let start = Instant::now();
    while get_json(service.get("/readyz")).await["active_runs"] != 0 {
        assert!(start.elapsed() < SOON, "a run stays active");
        sleep(Duration::from_millis(20)).await;
    }
}

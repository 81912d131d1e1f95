//! Tests of `rlm serve` as a process: how it stops, what is left after it was killed, and what it logs.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use rlm_test_needs::needs;
use rlm_test_server::{Answer, CapturedRequest, TestServer};
use rlm_trace::{Ending, RecordedRun};
use serde_json::{Value, json};

use crate::support::Place;

const TEXT: &str = "The capital of Portugal is Lisbon.\n";
/// The second program makes a call that is never answered at first.
const SCRIPT: [&str; 3] = [
    "```repl\nprint('begun')\n```",
    "```repl\nprint(llm_query('Which city?'))\n```",
    "FINAL: Lisbon",
];
const WAIT: Duration = Duration::from_secs(60);

/// A model whose first sub-call is never answered.
struct HangingModel {
    server: TestServer,
    arrived: Receiver<()>,
    hangs: Arc<AtomicBool>,
}

impl HangingModel {
    fn start() -> Self {
        let (sender, arrived) = channel();
        let hangs = Arc::new(AtomicBool::new(true));
        let first = Arc::clone(&hangs);
        let server = TestServer::start(move |_, request| {
            let messages = request.body["messages"].as_array().unwrap();
            let is_sub_call = messages.iter().any(|message| message["content"] == "Which city?");
            if is_sub_call && first.swap(false, Ordering::SeqCst) {
                // The receiver is closed after the end of the test.
                let _ = sender.send(());
                return Answer::hang();
            }
            Answer::text(if is_sub_call { "Lisbon" } else { SCRIPT[turn(request)] })
        });
        Self {
            server: server.unwrap(),
            arrived,
            hangs,
        }
    }

    fn wait(&self) {
        self.arrived.recv_timeout(WAIT).unwrap();
    }
}

/// Returns the number of replies of the root model so far.
fn turn(request: &CapturedRequest) -> usize {
    let messages = request.body["messages"].as_array().unwrap();
    messages.iter().filter(|message| message["role"] == "assistant").count()
}

/// A running service.
struct Service {
    child: Child,
    address: String,
    key: String,
}

impl Service {
    fn start(place: &Place, model: &str, key: &str, flags: &[&str]) -> Self {
        Self::under("true", place, model, key, flags)
    }

    /// Starts a service after a shell has run `words`.
    fn under(words: &str, place: &Place, model: &str, key: &str, flags: &[&str]) -> Self {
        let serve = [
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--model",
            "openai:gpt-test",
            "--cache",
            "off",
        ];
        let rlm = place.rlm(serve).and(["--price", "openai:gpt-test=1,1"]);
        let rlm = rlm.and(flags.iter().copied()).under(words);
        let mut child = rlm.env("LLM_BASE_URL", model).env("LLM_API_KEY", "sk-test").start();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("http://").map(str::to_owned);
        Self {
            address: address.unwrap_or_else(|| panic!("no address: {line}")),
            child,
            key: key.to_owned(),
        }
    }

    fn get(&self, path: &str) -> Response {
        self.send("GET", path, "")
    }

    fn post(&self, path: &str, body: &Value) -> Response {
        self.send("POST", path, &body.to_string())
    }

    /// Sends a request, and reads the response until the service closes the connection.
    fn send(&self, method: &str, path: &str, body: &str) -> Response {
        read(self.begin(method, path, "", body))
    }

    fn begin(&self, method: &str, path: &str, headers: &str, body: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(WAIT)).unwrap();
        let (key, length) = (&self.key, body.len());
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n{headers}\
             Connection: close\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream
    }

    fn session(&self) -> String {
        let made = self.post("/api/sessions", &json!({"name": "land", "context": TEXT}));
        made.json()["session_id"].as_str().unwrap().to_owned()
    }

    /// Waits until an execution has a status.
    fn until(&self, id: &str, status: &str) -> Value {
        let start = Instant::now();
        loop {
            let response = self.get(&format!("/api/executions/{id}"));
            let state = response.json();
            if state["status"] == status {
                return state;
            }
            assert!(start.elapsed() < WAIT, "it does not become {status}: {state}");
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        let status = Command::new("kill").args([format!("-{signal}"), id]).status();
        assert!(status.unwrap().success());
    }

    /// Waits for the end of the process. Returns its exit code and its log.
    fn end(mut self) -> (Option<i32>, String) {
        let code = self.child.wait().unwrap().code();
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        (code, log)
    }

    fn kill(self) {
        self.signal("KILL");
        assert_eq!(self.end().0, None);
    }
}

struct Response {
    status: u16,
    head: String,
    body: String,
}

impl Response {
    fn json(&self) -> Value {
        assert!(self.status < 300, "{}: {}", self.status, self.body);
        serde_json::from_str(&self.body).unwrap()
    }
}

fn read(mut stream: TcpStream) -> Response {
    let mut text = Vec::new();
    stream.read_to_end(&mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    let (head, body) = text
        .split_once("\r\n\r\n")
        .unwrap_or_else(|| panic!("no response: {text}"));
    Response {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        head: head.to_lowercase(),
        body: body.to_owned(),
    }
}

#[test]
fn drained_run_is_resumed_by_the_next_process_and_nothing_is_paid_twice() {
    for has_tenant in [false, true] {
        let (place, model) = (Place::new(), HangingModel::start());
        let key = if has_tenant {
            key(&place, &["--budget", "1.00/day"])
        } else {
            String::new()
        };
        let base = model.server.base_url();
        let service = Service::start(&place, &base, &key, &["--drain", "2"]);
        let session = service.session();
        let question = json!({"session_id": session, "user_query": "Which capital?", "background": true});
        let id = service.post("/api/execute", &question).json()["execution_id"].clone();
        let id = id.as_str().unwrap();
        let events = service.begin("GET", &format!("/api/executions/{id}/events"), "", "");
        model.wait();
        service.signal("TERM");

        // It answers while it waits for the run, but takes no more.
        let start = Instant::now();
        while service.get("/readyz").status != 503 {
            assert!(start.elapsed() < Duration::from_secs(1), "it stays ready");
        }
        let refused = service.post("/api/execute", &question);
        assert_eq!((refused.status, refused.body.contains("\"draining\"")), (503, true));
        assert!(refused.head.contains("retry-after: 5"), "{}", refused.head);
        let events = read(events).body;
        let last = events.rsplit("event: ").next().unwrap();
        assert!(
            last.starts_with("interrupted\n") && last.contains("\"resumes\":true"),
            "{events}"
        );
        let (code, log) = service.end();
        assert_eq!(code, Some(0), "{log}");
        let tenant = if has_tenant { "data/tenants/acme" } else { "data" };
        let journal = place.path(&format!("{tenant}/runs/{id}/journal.jsonl"));
        assert_eq!(RecordedRun::read(&journal).unwrap().ending, Ending::Unfinished);

        let service = Service::start(&place, &base, &key, &[]);
        let done = service.until(id, "completed");
        assert_eq!(done["result"], "Lisbon");
        assert_eq!(model.server.requests().len(), 5, "answered calls are not repeated");
        let shown = service.get(&format!("/api/sessions/{session}")).json();
        assert_eq!(
            (&shown["executions"], &shown["exchanges"][0]["answer"]),
            (&json!([id]), &json!("Lisbon"))
        );
        assert_eq!(service.get("/api/stats").json()["outcomes"], json!({"complete": 1}));
        let left = std::fs::read_dir(place.path(&format!("{tenant}/background"))).unwrap();
        assert_eq!(left.count(), 0, "nothing is left to resume");
        service.kill();
    }
}

#[test]
fn killed_process_loses_no_run_of_any_kind_of_request() {
    for kind in ["execute", "stream", "background", "chat", "upload"] {
        let (place, model) = (Place::new(), HangingModel::start());
        let base = model.server.base_url();
        let service = Service::start(&place, &base, "", &[]);
        let session = service.session();
        let question = json!({"session_id": session, "user_query": "Which capital?"});
        let background = json!({"session_id": session, "user_query": "Which capital?", "background": true});
        let long = format!("{TEXT}{}\n\nWhich capital?", "All is well.\n".repeat(400));
        let chat = json!({"model": "rlm", "messages": [{"role": "user", "content": long}]});
        let request = match kind {
            "execute" => service.begin("POST", "/api/execute", "", &question.to_string()),
            "stream" => service.begin("POST", "/api/execute/stream", "", &question.to_string()),
            "background" => service.begin("POST", "/api/execute", "", &background.to_string()),
            "chat" => service.begin("POST", "/v1/chat/completions", "", &chat.to_string()),
            _ => {
                let mut stream = TcpStream::connect(&service.address).unwrap();
                let head = "POST /api/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999\r\n\r\n{\"name\":";
                stream.write_all(head.as_bytes()).unwrap();
                stream
            }
        };
        if kind != "upload" {
            model.wait();
        }
        service.kill();
        drop(request);

        model.hangs.store(false, Ordering::SeqCst);
        let service = Service::start(&place, &base, "", &[]);
        assert_eq!(service.get("/readyz").status, 200, "{kind}");
        let sessions = service.get("/api/sessions").json();
        assert_eq!(sessions["sessions"].as_array().unwrap().len(), 1, "{kind}");
        let listed = service.get("/api/executions").json();
        let listed = listed["executions"].as_array().unwrap();
        assert_eq!(listed.len(), usize::from(kind != "upload"), "{kind}");
        for execution in listed {
            let id = execution["execution_id"].as_str().unwrap();
            let status = if kind == "background" {
                "completed"
            } else {
                "interrupted"
            };
            service.until(id, status);
            for part in ["tree", "events"] {
                let response = service.get(&format!("/api/executions/{id}/{part}"));
                assert_eq!(response.status, 200, "{kind}, {part}: {}", response.body);
            }
            if kind != "background" {
                let resumed = place
                    .rlm(["resume", id])
                    .env("LLM_BASE_URL", &base)
                    .env("LLM_API_KEY", "k")
                    .done();
                assert_eq!(resumed.stdout, "Lisbon\n", "{kind}: {}", resumed.shown());
            }
            assert_eq!(
                model.server.requests().len(),
                5,
                "{kind}: answered calls are not repeated"
            );
        }
        let done = service.post("/api/execute", &question).json();
        assert_eq!(done["result"], "Lisbon", "{kind}");
        assert_eq!(service.get("/api/stats").status, 200);
        service.kill();
    }
}

#[test]
fn log_has_a_line_for_each_request_and_no_text_of_clients() {
    let (place, model) = (Place::new(), HangingModel::start());
    model.hangs.store(false, Ordering::SeqCst);
    let key = key(&place, &[]);
    let flags = ["--log-format", "json"];
    let service = Service::start(&place, &model.server.base_url(), &key, &flags);
    let session = service.session();
    let question = json!({"session_id": session, "user_query": "Which planted-question?\n{\"level\":\"ERROR\"}"});
    let body = question.to_string();
    let done = read(service.begin("POST", "/api/execute", "X-Request-Id: deploy-7.a\r\n", &body));
    assert!(done.head.contains("x-request-id: deploy-7.a"), "{}", done.head);
    let run = done.json()["execution_id"].as_str().unwrap().to_owned();
    let forged = "X-Request-Id: planted\" level=ERROR\r\n";
    let made = read(service.begin("GET", "/api/planted%0a%7b%22level%22%3a%22ERROR%22%7d", forged, ""));
    assert_eq!(made.status, 404);
    let id = made
        .head
        .split("x-request-id: ")
        .nth(1)
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .to_owned();
    assert_eq!(id.len(), 16, "{id}");
    assert_eq!(service.send("PLANTED", "/api/stats", "").status, 405);
    service.signal("TERM");
    let (code, log) = service.end();
    assert_eq!(code, Some(0));

    assert!(
        !log.to_lowercase().contains("planted") && !log.contains(TEXT.trim()),
        "{log}"
    );
    assert!(!log.contains(&key), "the log has the key");
    let lines = log.lines().filter(|line| line.starts_with('{'));
    let lines: Vec<Value> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
    let requests: Vec<&Value> = lines
        .iter()
        .filter(|line| line["target"] == "rlm_server::request")
        .map(|line| &line["fields"])
        .collect();
    let routes: Vec<_> = requests
        .iter()
        .map(|fields| fields["route"].as_str().unwrap())
        .collect();
    assert_eq!(routes, ["/api/sessions", "/api/execute", "unmatched", "/api/stats"]);
    assert_eq!(requests[3]["method"], "other");
    let asked = requests[1];
    assert_eq!(
        (&asked["request_id"], &asked["tenant"], &asked["run"], &asked["status"]),
        (&json!("deploy-7.a"), &json!("acme"), &json!(run), &json!(200))
    );
    assert!(asked["duration_ms"].as_f64().unwrap() > 0.0);
    let ids: BTreeSet<_> = requests
        .iter()
        .map(|fields| fields["request_id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), requests.len());
    let of_run = lines.iter().filter(|line| line["target"] != "rlm_server::request");
    let of_run = of_run.filter(|line| line["spans"].to_string().contains(&run)).count();
    assert!(of_run > 0, "{log}");
}

#[test]
fn full_disk_is_said_to_clients_and_the_service_goes_on() {
    let (place, model) = (Place::new(), HangingModel::start());
    model.hangs.store(false, Ordering::SeqCst);
    // No file may have more than 100 blocks of 512 bytes.
    let service = Service::under("ulimit -f 100", &place, &model.server.base_url(), "", &[]);
    let long = json!({"name": "long", "context": "All is well.\n".repeat(9_000)});
    let refused = service.post("/api/sessions", &long);
    assert_eq!(
        (refused.status, refused.body.contains("\"storage_full\"")),
        (507, true),
        "{}",
        refused.body
    );
    let session = service.session();
    let question = json!({"session_id": session, "user_query": "Which capital?"});
    assert_eq!(service.post("/api/execute", &question).json()["result"], "Lisbon");
    service.kill();
}

#[test]
fn check_reads_the_certificate() {
    let place = Place::new().file("cert.pem", "nothing").file("key.pem", "nothing");
    let check = ["serve", "--listen", "127.0.0.1:0", "--model", "search", "--check"];
    let done = place
        .rlm(check)
        .and(["--tls-cert", "cert.pem", "--tls-key", "key.pem"])
        .done();
    assert_ne!(done.code, Some(0), "{}", done.shown());
    assert!(done.stderr.contains("cert.pem"), "{}", done.shown());
    let done = place.rlm(check).and(["--tls-cert", "cert.pem"]).done();
    assert_eq!(done.code, Some(2), "{}", done.shown());
}

#[needs("bash", "curl")]
#[test]
fn example_makes_the_calls_of_rlm_engine() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/serve.sh");
    let output = Command::new("bash")
        .arg(example)
        .arg(env!("CARGO_BIN_EXE_rlm"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    insta::assert_snapshot!(String::from_utf8_lossy(&output.stdout));
}

/// Creates an API key of the tenant `acme`.
fn key(place: &Place, flags: &[&'static str]) -> String {
    let add = place
        .rlm(["keys", "add", "--tenant", "acme"])
        .and(flags.iter().copied());
    add.done().stdout.trim().to_owned()
}

//! A chat-completions server that only waits and answers. Latency and faults are in the path:
//! `/LATENCY/MODE/v1/chat/completions`.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Good,
    Faults,
    /// Rejects one request in five.
    Chance,
    /// Accepts five concurrent requests.
    Crowded,
    OneHangs,
    OneDrips,
    OneCloses,
}

impl FromStr for Mode {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let modes = [
            Self::Good,
            Self::Faults,
            Self::Chance,
            Self::Crowded,
            Self::OneHangs,
            Self::OneDrips,
            Self::OneCloses,
        ];
        modes.into_iter().find(|mode| format!("{mode:?}") == text).ok_or(())
    }
}

/// The server's process.
pub(crate) struct Process {
    child: Child,
    port: u16,
}

impl Process {
    pub(crate) fn start() -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .arg("serve")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let stdout = child.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        Self {
            child,
            port: line.trim().parse().unwrap(),
        }
    }

    pub(crate) fn base(&self, latency: u64, mode: Mode) -> String {
        format!("http://127.0.0.1:{}/{latency}/{mode:?}/v1", self.port)
    }

    pub(crate) fn reset(&self) {
        let _ = self.counts();
    }

    /// Returns the number of requests and of good replies since the last call.
    pub(crate) fn counts(&self) -> (u64, u64) {
        let mut stream = std::net::TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream
            .write_all(b"GET /counts HTTP/1.1\r\ncontent-length: 0\r\n\r\n")
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let mut numbers = answer.rsplit_once("\r\n\r\n").unwrap().1.split(' ');
        let mut next = || numbers.next().unwrap().parse().unwrap();
        (next(), next())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[derive(Default)]
struct Counts {
    requests: AtomicU64,
    replies: AtomicU64,
    /// The number of requests in progress.
    busy: AtomicU64,
}

/// The maximum number of concurrent requests in the mode `Crowded`.
const AT_ONCE: u64 = 5;

const REFUSAL: &str = r#"{"error":{"message":"slow down"}}"#;

const REPLY: &str = r#"{"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"The passage names three suppliers and the year in which each of them signed; it says nothing about prices."},"finish_reason":"stop"}],"usage":{"prompt_tokens":100,"completion_tokens":24,"total_tokens":124}}"#;

pub(crate) fn serve() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
        let listener: TcpListener = socket.listen(4_096).unwrap();
        println!("{}", listener.local_addr().unwrap().port());
        let counts = Arc::new(Counts::default());
        while let Ok((stream, _)) = listener.accept().await {
            let _ = stream.set_nodelay(true);
            tokio::spawn(connection(stream, Arc::clone(&counts)));
        }
    });
}

async fn connection(mut stream: TcpStream, counts: Arc<Counts>) {
    let mut buffer = Vec::with_capacity(4_096);
    loop {
        buffer.clear();
        let Some(head) = read(&mut stream, &mut buffer).await else {
            return;
        };
        let head_text = String::from_utf8_lossy(&buffer[..head]);
        let mut path = head_text.split(' ').nth(1).unwrap_or_default().split('/').skip(1);
        let first = path.next().unwrap_or_default();
        if first == "counts" {
            let (requests, replies) = (
                counts.requests.swap(0, Ordering::Relaxed),
                counts.replies.swap(0, Ordering::Relaxed),
            );
            let _ = stream
                .write_all(answer("200 OK", "", &format!("{requests} {replies}")).as_bytes())
                .await;
            return;
        }
        let latency = Duration::from_millis(first.parse().unwrap_or_default());
        let mode = path.next().and_then(|mode| mode.parse().ok()).unwrap_or(Mode::Good);
        let number = counts.requests.fetch_add(1, Ordering::Relaxed);
        let is_the_one = || memchr::memmem::find(&buffer[head..], b"question 500.").is_some();
        // Spread over the requests: each hundred has the same number of each fault.
        let fate = number.wrapping_mul(37) % 100;
        let said = match mode {
            Mode::Faults if fate < 20 => answer("429 Too Many Requests", "retry-after-ms: 100\r\n", REFUSAL),
            Mode::Chance if fate < 20 => answer("429 Too Many Requests", "", REFUSAL),
            Mode::Crowded if counts.busy.load(Ordering::Relaxed) >= AT_ONCE => {
                answer("429 Too Many Requests", "", REFUSAL)
            }
            Mode::Faults if fate < 25 => answer("500 Internal Server Error", "", r#"{"error":{"message":"sorry"}}"#),
            Mode::Faults if fate < 27 => return hang(&mut stream).await,
            Mode::OneHangs if is_the_one() => return hang(&mut stream).await,
            Mode::OneDrips if is_the_one() => {
                for byte in answer("200 OK", "", REPLY).bytes() {
                    tokio::time::sleep(Duration::from_secs(10)).await;
                    if stream.write_all(&[byte]).await.is_err() {
                        return;
                    }
                }
                return;
            }
            Mode::OneCloses if is_the_one() => {
                let _ = stream
                    .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n")
                    .await;
                return;
            }
            _ => {
                counts.busy.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(latency).await;
                counts.busy.fetch_sub(1, Ordering::Relaxed);
                counts.replies.fetch_add(1, Ordering::Relaxed);
                answer("200 OK", "", REPLY)
            }
        };
        if stream.write_all(said.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// Keeps the connection until the client closes it.
async fn hang(stream: &mut TcpStream) {
    let mut rest = [0; 64];
    while stream.read(&mut rest).await.is_ok_and(|read| read > 0) {}
}

/// Reads a request; returns the length of its head.
async fn read(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<usize> {
    loop {
        if let Some(end) = memchr::memmem::find(buffer, b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&buffer[..end]).to_ascii_lowercase();
            let length = head
                .split("content-length:")
                .nth(1)
                .and_then(|rest| rest.split("\r\n").next());
            let whole = end + 4 + length.and_then(|text| text.trim().parse::<usize>().ok()).unwrap_or(0);
            while buffer.len() < whole {
                if stream.read_buf(buffer).await.ok()? == 0 {
                    return None;
                }
            }
            return Some(end + 4);
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\n{headers}content-length: {}\r\n\r\n{body}",
        body.len()
    )
}

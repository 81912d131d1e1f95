//! Connections that are slow, broken or many.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{Service, body as get_json};

#[tokio::test]
async fn broken_and_idle_connections_disturb_nobody() {
    let service = Service::start(&["FINAL: yes"], "").await;
    let mut idle = Vec::new();
    for beginning in [
        "",
        "GET /api/stats HTTP/1.1\r\nHost: 127.0",
        "POST /api/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999\r\n\r\n{",
    ] {
        let mut stream = TcpStream::connect(service.address).await.unwrap();
        stream.write_all(beginning.as_bytes()).await.unwrap();
        idle.push(stream);
    }
    let mut nonsense = TcpStream::connect(service.address).await.unwrap();
    nonsense.write_all(b"\x16\x03\x01 nonsense\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(5), nonsense.read_to_end(&mut answer)).await;
    assert!(read.is_ok(), "the connection stays open");
    for _ in 0..3 {
        get_json(service.get("/healthz")).await;
        get_json(service.get("/readyz")).await;
    }
}

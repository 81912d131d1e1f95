//! Tests of the server with a raw socket as the client.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};

use rlm_test_server::{Answer, Fault, TestServer};
use serde_json::json;

fn connect(server: &TestServer) -> TcpStream {
    TcpStream::connect((Ipv4Addr::LOCALHOST, server.port())).unwrap()
}

fn send(stream: &mut TcpStream, body: &str) {
    let request = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nX-Mark: here\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).unwrap();
}

/// Reads until the connection is closed.
fn rest(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

#[test]
fn test_server_captures_requests_and_answers_in_order() {
    let last = Answer::rate_limited("3").fault(Fault::WithoutLength);
    let server = TestServer::in_order([Answer::raw(200, "one"), last]).unwrap();
    let mut stream = connect(&server);
    send(&mut stream, r#"{"a": 1}"#);
    let mut first = [0; 41];
    stream.read_exact(&mut first).unwrap();
    assert_eq!(
        String::from_utf8_lossy(&first),
        "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\none"
    );
    send(&mut stream, "not json");
    let second = rest(&mut stream);
    assert!(second.starts_with("HTTP/1.1 429 Client Error\r\n"), "{second}");
    assert!(second.contains("retry-after: 3\r\n"), "{second}");

    let requests = server.wait_for_requests(2).unwrap();
    assert_eq!(requests[0].path, "/v1/chat/completions");
    assert_eq!(requests[0].header("x-mark"), Some("here"));
    assert_eq!(requests[0].body, json!({"a": 1}));
    assert_eq!(requests[1].body, json!(null));
    assert_eq!(server.connections(), 1);
}

#[test]
#[should_panic = "the test gave too few answers"]
fn exhausted_test_server_returns_500() {
    let server = TestServer::in_order([]).unwrap();
    let mut stream = connect(&server);
    send(&mut stream, "{}");
    let mut start = [0; 12];
    stream.read_exact(&mut start).unwrap();
    assert_eq!(&start, b"HTTP/1.1 500");
}

#[test]
fn test_server_cuts_responses_as_configured() {
    let server = TestServer::in_order([
        Answer::raw(200, "whole").fault(Fault::CloseAtOnce),
        Answer::raw(200, "whole").fault(Fault::CloseAfterHeaders),
        Answer::raw(200, "whole").fault(Fault::Truncate(2)),
    ])
    .unwrap();
    let answer = || {
        let mut stream = connect(&server);
        send(&mut stream, "{}");
        rest(&mut stream)
    };
    assert_eq!(answer(), "");
    assert_eq!(answer(), "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n");
    assert_eq!(answer(), "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nwh");
}

#[test]
fn test_server_detects_client_disconnects() {
    let server = TestServer::always(Answer::hang()).unwrap();
    let mut stream = connect(&server);
    send(&mut stream, "{}");
    server.wait_for_requests(1).unwrap();
    drop(stream);
    server.wait_for_hang_ups(1).unwrap();
}

//! Sends changes to a replica over HTTP/1.1.
//!
//! There is no TLS here. Replicas are reached through a tunnel that encrypts.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::thread;
use std::time::Duration;

use crate::config::Config;
use crate::error::Error;

/// Attempts for each change before the caller hears of a failure.
pub const ATTEMPTS: u32 = 4;

/// Pause after the first failure; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// Talks to one replica.
#[derive(Debug, Clone)]
pub struct Client {
    address: String,
    timeout: Duration,
}

impl Client {
    /// Makes a client, or none if the configuration names no replica.
    pub fn new(config: &Config) -> Option<Client> {
        (!config.replica.is_empty()).then(|| Client {
            address: config.replica.clone(),
            timeout: config.replica_timeout,
        })
    }

    /// Sends a value to the replica.
    pub fn put(&self, key: &[u8], value: &[u8]) -> Result<(), Error> {
        self.with_attempts(|| self.request("PUT", key, value))
    }

    /// Tells the replica that a key was removed.
    pub fn remove(&self, key: &[u8]) -> Result<(), Error> {
        self.with_attempts(|| self.request("DELETE", key, &[]))
    }

    /// Repeats a call while it fails in a way that may pass.
    ///
    /// Both kinds of request can be repeated safely, because doing them twice
    /// leaves the replica in the same state as doing them once.
    fn with_attempts(&self, call: impl Fn() -> Result<(), Error>) -> Result<(), Error> {
        let mut pause = FIRST_PAUSE;
        for _ in 1..ATTEMPTS {
            match call() {
                Err(error) if error.is_transient() => thread::sleep(pause),
                result => return result,
            }
            pause *= 2;
        }
        call()
    }

    fn request(&self, method: &str, key: &[u8], body: &[u8]) -> Result<(), Error> {
        let mut stream = self.connect()?;
        write!(
            stream,
            "{method} /keys/{} HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            percent(key),
            self.address,
            body.len()
        )?;
        stream.write_all(body)?;
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line)?;
        match status(&line) {
            200..=299 => Ok(()),
            // A replica that never had the key has nothing to remove.
            404 if method == "DELETE" => Ok(()),
            code => Err(Error::Replica { status: code, line: line.trim_end().to_string() }),
        }
    }

    fn connect(&self) -> Result<TcpStream, Error> {
        let mut last = std::io::Error::new(std::io::ErrorKind::NotFound, "no address");
        // A name may stand for several machines; the first that answers is used.
        for address in self.address.to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, self.timeout) {
                Ok(stream) => {
                    stream.set_read_timeout(Some(self.timeout))?;
                    stream.set_write_timeout(Some(self.timeout))?;
                    return Ok(stream);
                }
                Err(error) => last = error,
            }
        }
        Err(last.into())
    }
}

/// The status code in the first line of an answer, or 0.
fn status(line: &str) -> u16 {
    let mut words = line.split_ascii_whitespace();
    match (words.next(), words.next()) {
        (Some(version), Some(code)) if version.starts_with("HTTP/1.") => code.parse().unwrap_or(0),
        _ => 0,
    }
}

/// Escapes a key for use in a path. Slashes are kept.
fn percent(key: &[u8]) -> String {
    let mut text = String::with_capacity(key.len());
    for &byte in key {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

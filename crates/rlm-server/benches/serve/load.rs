//! Sends a request many times.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use futures::future::join_all;
use reqwest::RequestBuilder;

/// The number of connections that send requests.
const CONNECTIONS: usize = 32;

/// What sending a request many times has shown.
pub(crate) struct Load {
    per_second: f64,
    /// The time of one request in milliseconds.
    median: f64,
    high: f64,
}

impl Load {
    /// Prints the figures beside those of a bare server.
    pub(crate) fn print(&self, name: &str, bare: &Self) {
        let share = self.per_second / bare.per_second;
        println!(
            "{name:34}{:>12.0}{share:>9.2}{:>9.2} ms{:>9.2} ms",
            self.per_second, self.median, self.high
        );
    }
}

/// Sends a request `count` times over several connections.
pub(crate) async fn load(request: &RequestBuilder, count: usize) -> Load {
    let left = AtomicUsize::new(count);
    let start = Instant::now();
    let of_connection = || async {
        let mut times = Vec::new();
        while left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1))
            .is_ok()
        {
            let start = Instant::now();
            let response = request.try_clone().unwrap().send().await.unwrap();
            assert!(!response.status().is_server_error());
            response.bytes().await.unwrap();
            times.push(start.elapsed());
        }
        times
    };
    let times = join_all((0..CONNECTIONS).map(|_| of_connection())).await;
    let took = start.elapsed().as_secs_f64();
    let mut times: Vec<f64> = times
        .into_iter()
        .flatten()
        .map(|time| time.as_secs_f64() * 1e3)
        .collect();
    times.sort_by(f64::total_cmp);
    Load {
        per_second: count as f64 / took,
        median: times[count / 2],
        high: times[count * 99 / 100],
    }
}

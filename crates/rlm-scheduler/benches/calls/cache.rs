//! The throughput of the cache: hits in memory, puts and hits on disk.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use rlm_cache::Cache;
use rlm_model::{Digest, Reply, RequestId, Tokens, Usage};

use crate::figures::median;

const REPLIES: u32 = 50_000;
const ROUNDS: usize = 5;

pub(crate) fn measure() {
    println!("\n## The cache: {REPLIES} replies of about 200 bytes, per second, on one thread (medians of {ROUNDS})");
    let mut rates: Vec<[f64; 5]> = Vec::new();
    for _ in 0..ROUNDS {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path().join("cache")).unwrap();
        let _ = cache.warm();
        let puts = rate(|number| cache.put(&id(number), Arc::new(reply(number))));
        cache.flush().unwrap();
        let memory = rate(|number| {
            black_box(cache.get(&id(number)).unwrap());
        });
        drop(cache);
        let cache = Cache::open(folder.path().join("cache")).unwrap();
        let _ = cache.warm();
        let disk = rate(|number| {
            black_box(cache.get(&id(number)).unwrap());
        });
        let memory_alone = Cache::memory();
        let memory_puts = rate(|number| memory_alone.put(&id(number), Arc::new(reply(number))));
        let full = Cache::memory().with_memory_limit(1 << 20);
        let full_puts = rate(|number| full.put(&id(number), Arc::new(reply(number))));
        rates.push([puts, disk, memory_puts, full_puts, memory]);
    }
    let names = [
        "puts on disk",
        "hits on disk",
        "puts in memory",
        "puts in a full memory of 1 MiB",
        "hits in memory",
    ];
    for (at, what) in names.iter().enumerate() {
        println!("{what}: {:.0}", median(rates.iter().map(|round| round[at])));
    }
}

fn rate(mut once: impl FnMut(u32)) -> f64 {
    let started = Instant::now();
    for number in 0..REPLIES {
        once(number);
    }
    f64::from(REPLIES) / started.elapsed().as_secs_f64()
}

fn id(number: u32) -> RequestId {
    RequestId {
        digest: Digest::of(&number.to_le_bytes()),
        occurrence: 0,
    }
}

fn reply(number: u32) -> Reply {
    let usage = Usage {
        input: Tokens(100),
        output: Tokens(40),
        ..Usage::default()
    };
    Reply::new(
        format!("{number}: {}", "what the model said about it ".repeat(6)),
        usage,
    )
}

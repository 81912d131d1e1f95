//! Measures the overhead of the disk cache for a short run:
//! `cargo bench -p rlm-cache --bench cache_cost -- [REPLIES] [FOLDER]`.

#![allow(clippy::print_stdout, reason = "a benchmark prints its results")]

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use rlm_cache::Cache;
use rlm_model::{Digest, Reply, RequestId, Usage};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1).filter(|given| given != "--bench");
    let replies: u32 = arguments.next().map_or(Ok(1), |text| text.parse())?;
    let temporary = tempfile::tempdir()?;
    let folder = arguments
        .next()
        .map_or_else(|| temporary.path().to_owned(), PathBuf::from);

    let start = Instant::now();
    let cache = Cache::open(folder)?;
    let status = cache.warm();
    let opened = start.elapsed();
    let reply = Arc::new(Reply::new("x".repeat(500), Usage::default()));
    let process = u64::from(std::process::id());
    let ids: Vec<RequestId> = (0..replies)
        .map(|occurrence| RequestId {
            digest: Digest::of(&(process << 32 | u64::from(occurrence)).to_le_bytes()),
            occurrence,
        })
        .collect();
    let started = Instant::now();
    ids.iter().for_each(|id| cache.put(id, Arc::clone(&reply)));
    let put = started.elapsed();
    let started = Instant::now();
    let found = ids.iter().filter(|id| cache.get(id).is_some()).count();
    let got = started.elapsed();
    drop(cache);
    let status_file = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident = status_file.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("");
    println!(
        "{status}\nopen {opened:?}, put {replies} in {put:?}, get {found} in {got:?}, all {:?}; {resident}",
        start.elapsed()
    );
    Ok(())
}

//! Finds model servers on this machine, for a user who names no model.

use std::thread;

use rlm_adapters::{DETECT_LIMIT, LocalServer, detect};
use rlm_cli_settings::environment::Environment;

use crate::runtime;

/// Returns the model servers that run on this machine. Blocks for at most a fraction of a second.
pub fn find(environment: &Environment) -> Vec<LocalServer> {
    let ask = || {
        let runtime = runtime::runtime().ok()?;
        Some(runtime.block_on(detect(&|name| environment.get(name), DETECT_LIMIT)))
    };
    // The caller may be an async task, which can't wait for another runtime on its own thread.
    let found = thread::scope(|scope| scope.spawn(ask).join());
    found.ok().flatten().unwrap_or_default()
}

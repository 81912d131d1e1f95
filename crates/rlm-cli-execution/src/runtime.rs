//! Runs async work for commands that call models, so that Ctrl-C can cancel it.

use std::future::Future;

use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;

use crate::interrupt::Work;

/// Creates the async runtime: one thread for all tasks. Programs run on blocking threads, which are
/// started when needed.
///
/// # Errors
/// [`Failure::Start`].
pub fn runtime() -> Result<Runtime, Failure> {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|cause| Failure::Start { cause })
}

/// Runs a future to completion. The first Ctrl-C cancels the future's token, the second ends the
/// process ([`Work`]).
pub fn carry_out<T>(runtime: Runtime, cancel: CancellationToken, console: Console, work: impl Future<Output = T>) -> T {
    let result = carry_out_on(&runtime, cancel, console, work);
    // No task that is still running has a result that matters.
    runtime.shutdown_background();
    result
}

/// Runs a future to completion as [`carry_out`] does, on a runtime that the caller keeps.
pub fn carry_out_on<T>(
    runtime: &Runtime,
    cancel: CancellationToken,
    console: Console,
    work: impl Future<Output = T>,
) -> T {
    let _work = Work::begin(cancel, console);
    runtime.block_on(work)
}

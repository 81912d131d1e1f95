//! What every command that makes calls needs: a runtime, cancellation.

use std::future::Future;

use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;

use crate::interrupt::Work;

/// Makes the runtime: one thread for everything that waits; programs run on blocking threads, which are made when needed.
///
/// # Errors
/// [`Failure::Start`].
pub fn runtime() -> Result<Runtime, Failure> {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|cause| Failure::Start { cause })
}

/// Carries work to its end. The first Ctrl-C asks it to end in good order, the second ends the process ([`Work`]).
pub fn carry_out<T>(runtime: Runtime, cancel: CancellationToken, console: Console, work: impl Future<Output = T>) -> T {
    let result = carry_out_on(&runtime, cancel, console, work);
    // Whatever still runs has nobody left to report to.
    runtime.shutdown_background();
    result
}

/// Carries work to its end, on a runtime that is kept for more.
pub fn carry_out_on<T>(
    runtime: &Runtime,
    cancel: CancellationToken,
    console: Console,
    work: impl Future<Output = T>,
) -> T {
    let _work = Work::begin(cancel, console);
    runtime.block_on(work)
}

//! What every command that makes calls needs: a runtime, a cache, cancellation.

use std::future::Future;
use std::sync::Arc;

use rlm_cache::Cache;
use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;

use crate::console::Console;
use crate::failure::Failure;
use crate::folders::CachePlace;

/// Makes the runtime: one thread for everything that waits; programs run on blocking threads, which are made when needed.
///
/// # Errors
/// [`Failure::Start`].
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|cause| Failure::Start { cause })
}

/// Makes the cache. A folder is opened at the first sub-call, not before.
///
/// # Errors
/// [`Failure::Cache`] where a file stands in the folder's place.
pub(crate) fn cache(place: CachePlace) -> Result<Arc<Cache>, Failure> {
    Ok(Arc::new(match place {
        CachePlace::Folder(folder) => Cache::open(folder)?,
        CachePlace::Memory => Cache::memory(),
    }))
}

/// Carries work to its end. The first Ctrl-C asks it to end in good order, the second ends the process.
pub(crate) fn carry_out<T>(
    runtime: Runtime,
    cancel: CancellationToken,
    console: Console,
    work: impl Future<Output = T>,
) -> T {
    let result = runtime.block_on(async {
        let watcher = tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                console.say("stopping; press Ctrl-C again to stop at once");
                cancel.cancel();
            }
            if tokio::signal::ctrl_c().await.is_ok() {
                std::process::exit(130);
            }
        });
        let result = work.await;
        watcher.abort();
        result
    });
    // Whatever still runs has nobody left to report to.
    runtime.shutdown_background();
    result
}

//! What every command that makes calls needs: a runtime, a cache, cancellation.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use rlm_cache::Cache;
use rlm_scheduler::Settings;
use rlm_trace::JournalTexts;
use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;

use crate::args::{CacheArguments, WaitArguments};
use crate::execution::interrupt::Work;
use crate::output::console::Console;
use crate::output::failure::Failure;
use crate::settings::environment::Environment;
use crate::settings::folders::{self, CachePlace};

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

/// Makes the cache of runs whose journals hold these texts. A folder is opened at the first sub-call, not before.
///
/// # Errors
/// [`Failure::Cache`] where a file stands in the folder's place.
pub(crate) fn cache(
    arguments: &CacheArguments,
    texts: JournalTexts,
    environment: &Environment,
) -> Result<Arc<Cache>, Failure> {
    let folder = match folders::cache(folders::stated_cache(arguments, texts), environment) {
        CachePlace::Folder(folder) => folder,
        CachePlace::Memory => return Ok(Arc::new(Cache::memory())),
    };
    let cache = Cache::open(folder)?.with_disk_limit(u64::from(arguments.cache_size) << 20);
    Ok(Arc::new(match arguments.cache_days {
        Some(days) => cache.with_longest(Duration::from_secs(u64::from(days) * 24 * 60 * 60)),
        None => cache,
    }))
}

/// Returns how calls are made.
pub(crate) fn scheduling(waiting: &WaitArguments) -> Settings {
    Settings {
        longest_outage: Duration::from_secs(waiting.max_wait),
        max_attempts: waiting.max_attempts,
        call_timeout: waiting.call_timeout.map(Duration::from_secs),
        hedge: !waiting.no_hedge,
        ..Settings::default()
    }
}

/// Carries work to its end. The first Ctrl-C asks it to end in good order, the second ends the process ([`Work`]).
pub(crate) fn carry_out<T>(
    runtime: Runtime,
    cancel: CancellationToken,
    console: Console,
    work: impl Future<Output = T>,
) -> T {
    let result = carry_out_on(&runtime, cancel, console, work);
    // Whatever still runs has nobody left to report to.
    runtime.shutdown_background();
    result
}

/// Carries work to its end, on a runtime that is kept for more.
pub(crate) fn carry_out_on<T>(
    runtime: &Runtime,
    cancel: CancellationToken,
    console: Console,
    work: impl Future<Output = T>,
) -> T {
    let _work = Work::begin(cancel, console);
    runtime.block_on(work)
}

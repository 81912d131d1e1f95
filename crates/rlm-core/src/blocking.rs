//! Blocking variants of async functions.

use crate::error::RunError;

/// Blocks until a future is done. Polls it on a separate thread, so that it works inside and
/// outside of an async runtime.
///
/// ```
/// # use rlm_core::{RunError, block_on};
/// let answer: Result<u32, RunError> = block_on(|| async { Ok(42) });
/// assert_eq!(answer.ok(), Some(42));
/// ```
///
/// # Errors
/// Those of the future; [`RunError::Runtime`] if no runtime can be started.
pub fn block_on<F, T, E>(make: impl FnOnce() -> F + Send) -> Result<T, E>
where
    F: Future<Output = Result<T, E>>,
    T: Send,
    E: From<RunError> + Send,
{
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.map_err(|source| RunError::Runtime { source })?;
            runtime.block_on(make())
        });
        thread.join().unwrap_or_else(|_| {
            Err(E::from(RunError::Machine {
                turn: 0,
                detail: "the run's thread ended without a result".to_owned(),
            }))
        })
    })
}

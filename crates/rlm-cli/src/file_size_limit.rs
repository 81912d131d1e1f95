//! The system's limit on the size of files (`ulimit -f`, `LimitFSIZE=`): a write beyond it fails, and does not end the process.

/// Installs a handler of SIGXFSZ, by which the system else ends a process that writes beyond the limit. The write then fails with
/// EFBIG, as it does with ENOSPC on a full disk. Programs that are started from here have the system's own handler again.
#[cfg(unix)]
pub(crate) fn fail_beyond_limit() {
    use tokio::signal::unix::{SignalKind, signal};

    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_io().build() else {
        return;
    };
    let _entered = runtime.enter();
    // The handler stays for as long as the process. If it can't be installed, the system ends the process as before.
    let _ = signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw()));
}

/// There is no such signal.
#[cfg(not(unix))]
pub(crate) fn fail_beyond_limit() {}

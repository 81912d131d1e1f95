//! Handling of the system's file size limit (`ulimit -f`, `LimitFSIZE=`): a write beyond it fails
//! instead of ending the process.

/// Installs a handler of SIGXFSZ, since the system's default ends a process that writes beyond the
/// limit. With the handler, the write fails with EFBIG, as it does with ENOSPC on a full disk.
/// Child processes have the default handler.
#[cfg(unix)]
pub(crate) fn fail_beyond_limit() {
    use tokio::signal::unix::{SignalKind, signal};

    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_io().build() else {
        return;
    };
    let _entered = runtime.enter();
    // The handler stays installed until the process ends. If it can't be installed, the system's
    // default remains.
    let _ = signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw()));
}

/// Makes writes beyond the file size limit fail instead of ending the process. Does nothing here,
/// since this system has no signal for the limit.
#[cfg(not(unix))]
pub(crate) fn fail_beyond_limit() {}

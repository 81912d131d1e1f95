//! Runs parsers of untrusted files on a separate thread: they may panic or never end.

use std::sync::mpsc;
use std::thread;

use crate::Limits;
use crate::error::ExtractError;

/// The stack size in bytes, large enough for recursive parsers.
const STACK_BYTES: usize = 64 * 1024 * 1024;

/// Runs a parser with a timeout. After a timeout its thread is detached and ends with the parser.
pub(crate) fn run<T: Send + 'static>(
    limits: Limits,
    parse: impl FnOnce() -> Result<T, ExtractError> + Send + 'static,
) -> Result<T, ExtractError> {
    let (sender, receiver) = mpsc::sync_channel(1);
    let parsing = thread::Builder::new()
        .name("extract".to_owned())
        .stack_size(STACK_BYTES)
        .spawn(move || {
            // After a timeout, the receiver is gone.
            let _ = sender.send(parse());
        });
    if let Err(error) = parsing {
        return Err(ExtractError::damaged(format!(
            "can't start a thread to read it: {error}"
        )));
    }
    match receiver.recv_timeout(limits.time) {
        Ok(result) => result,
        Err(mpsc::RecvTimeoutError::Timeout) => Err(ExtractError::TooSlow { limit: limits.time }),
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(ExtractError::damaged("the parser failed on its content")),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::Extracted;

    #[test]
    fn extractor_panics_and_timeouts_are_errors() {
        let limits = Limits {
            time: Duration::from_millis(20),
            ..Limits::default()
        };
        let slow = run(limits, || {
            thread::sleep(Duration::from_secs(2));
            Ok(Extracted::default())
        });
        assert_eq!(slow, Err(ExtractError::TooSlow { limit: limits.time }));
        let panicked = run::<Extracted>(Limits::default(), || std::panic::resume_unwind(Box::new("damaged")));
        assert_eq!(panicked, Err(ExtractError::damaged("the parser failed on its content")));
    }
}

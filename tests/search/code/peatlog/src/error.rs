//! Everything that can go wrong.

use std::fmt;
use std::io;

/// An error of the store, the client or the configuration.
#[derive(Debug)]
pub enum Error {
    /// The operating system refused to read or write.
    Io(io::Error),
    /// The checksum of a record does not match its bytes: the disk or
    /// another program has damaged the segment. `peatlog check` lists all
    /// damaged records.
    Corrupt {
        /// Number of the segment.
        segment: u32,
        /// Where the record begins.
        offset: u64,
    },
    /// The folder is open in another process, whose number is given.
    Locked(String),
    /// The index points to a segment file that has been deleted.
    MissingSegment(u32),
    /// A key is empty or longer than [`crate::MAX_KEY`] bytes.
    BadKey(usize),
    /// A record would not fit into a segment.
    TooLarge {
        /// Bytes of the record.
        size: u64,
        /// Bytes of a segment.
        limit: u64,
    },
    /// A line of the configuration cannot be understood.
    Config {
        /// Number of the line, from 1; 0 if the settings contradict each other.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// A replica answered with something other than success.
    Replica {
        /// The status code, or 0 if the answer was not HTTP.
        status: u16,
        /// The first line of the answer.
        line: String,
    },
}

impl Error {
    /// Whether the same call may succeed a little later.
    pub fn is_transient(&self) -> bool {
        match self {
            Error::Io(error) => matches!(
                error.kind(),
                io::ErrorKind::TimedOut
                    | io::ErrorKind::WouldBlock
                    | io::ErrorKind::Interrupted
                    | io::ErrorKind::ConnectionRefused
                    | io::ErrorKind::ConnectionReset
            ),
            Error::Replica { status, .. } => *status == 429 || *status >= 500,
            _ => false,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Io(error) => write!(f, "{error}"),
            Error::Corrupt { segment, offset } => {
                write!(f, "segment {segment} is damaged at offset {offset}")
            }
            Error::Locked(holder) => write!(f, "the store is in use by process {holder}"),
            Error::MissingSegment(number) => write!(f, "segment {number} is gone"),
            Error::BadKey(length) => write!(f, "a key of {length} bytes is not allowed"),
            Error::TooLarge { size, limit } => {
                write!(f, "a record of {size} bytes exceeds the segment size of {limit}")
            }
            Error::Config { line, reason } => write!(f, "configuration, line {line}: {reason}"),
            Error::Replica { status, line } => write!(f, "the replica answered {status}: {line}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Io(error) => Some(error),
            _ => None,
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Error {
        Error::Io(error)
    }
}

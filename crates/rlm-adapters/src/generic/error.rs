//! The errors of loading the description of a custom protocol.

use std::path::PathBuf;

use crate::transport::BaseUrlError;

/// The error for an invalid description of a custom protocol.
#[derive(Debug, thiserror::Error)]
pub enum GenericError {
    /// The description's file can't be read.
    #[error("can't read the model description {}: {cause}", path.display())]
    Read {
        /// The path of the description's file.
        path: PathBuf,
        /// The I/O error of reading the file.
        cause: std::io::Error,
    },
    /// The description has an invalid format.
    #[error("{}: {detail}", path.display())]
    Form {
        /// The path of the description's file.
        path: PathBuf,
        /// A message that describes what is invalid, with a hint.
        detail: String,
    },
    /// The base URL in the description is invalid.
    #[error("{}: invalid `base_url`: {cause}", path.display())]
    BaseUrl {
        /// The path of the description's file.
        path: PathBuf,
        /// The error of parsing the base URL.
        cause: BaseUrlError,
    },
}

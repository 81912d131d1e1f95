//! The errors of protocol descriptions.

use std::path::PathBuf;

use crate::transport::BaseUrlError;

/// The error for an invalid description of a protocol.
#[derive(Debug, thiserror::Error)]
pub enum GenericError {
    /// The file can't be read.
    #[error("can't read the model's description {}: {cause}", path.display())]
    Read {
        /// The path of the description.
        path: PathBuf,
        /// The error of the operating system.
        cause: std::io::Error,
    },
    /// The description has an invalid format.
    #[error("{}: {detail}", path.display())]
    Form {
        /// The path of the description.
        path: PathBuf,
        /// A description of the error with a hint.
        detail: String,
    },
    /// The base URL is invalid.
    #[error("{}: `base_url` can't be used: {cause}", path.display())]
    BaseUrl {
        /// The path of the description.
        path: PathBuf,
        /// The error of the URL.
        cause: BaseUrlError,
    },
}

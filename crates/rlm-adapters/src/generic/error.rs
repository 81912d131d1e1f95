//! What can be wrong with the description of a protocol.

use std::path::PathBuf;

use crate::transport::BaseUrlError;

/// The description of a protocol can't be used.
#[derive(Debug, thiserror::Error)]
pub enum GenericError {
    /// Its file can't be read.
    #[error("can't read the model's description {}: {cause}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// It is not of the form.
    #[error("{}: {detail}", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what to do.
        detail: String,
    },
    /// Its base URL can't be used.
    #[error("{}: `base_url` can't be used: {cause}", path.display())]
    BaseUrl {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: BaseUrlError,
    },
}

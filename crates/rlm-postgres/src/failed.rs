//! The errors of the database's driver, as those of a shared store.

use std::error::Error as _;

use deadpool_postgres::PoolError;
use rlm_store::SharedError;

/// Returns an error with its causes, which its own text leaves out.
pub(crate) fn failed(error: tokio_postgres::Error) -> SharedError {
    let mut detail = error.to_string();
    let mut cause = error.source();
    while let Some(one) = cause {
        detail = format!("{detail}: {one}");
        cause = one.source();
    }
    SharedError::Unreachable { detail }
}

/// Returns the error that there is no connection.
pub(crate) fn no_connection(error: PoolError) -> SharedError {
    match error {
        PoolError::Backend(error) => failed(error),
        error => SharedError::Unreachable {
            detail: error.to_string(),
        },
    }
}

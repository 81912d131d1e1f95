//! The errors of opening a database.

/// The error of opening a database or of changing its tables.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatabaseError {
    /// The URL is invalid.
    #[error("not the URL of a PostgreSQL database: {detail}")]
    Url {
        /// What is wrong with it. It doesn't contain the password.
        detail: String,
    },
    /// The database can't be reached, or failed.
    #[error("the database can't be used: {detail}")]
    Unreachable {
        /// What the database or the operating system reported.
        detail: String,
    },
    /// The tables are missing, or older than this version needs.
    #[error("the database has version {has} of the tables, and this version of rlm needs {needs}")]
    TooOld {
        /// The version of the tables; 0 if there are none.
        has: i32,
        /// The version that is needed.
        needs: i32,
    },
    /// The tables are too new for this version.
    #[error("the database has version {has} of the tables, and this version of rlm knows {knows}")]
    TooNew {
        /// The version of the tables.
        has: i32,
        /// The newest version that is known.
        knows: i32,
    },
    /// A thread for the connections can't be started.
    #[error("can't start a thread: {source}")]
    Thread {
        /// The operating system's error.
        source: std::io::Error,
    },
}

impl DatabaseError {
    /// Returns the stable code of the error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Url { .. } => "database_url",
            Self::Unreachable { .. } => "database_unreachable",
            Self::TooOld { .. } => "database_too_old",
            Self::TooNew { .. } => "database_too_new",
            Self::Thread { .. } => "start",
        }
    }

    /// Returns a hint on how to fix the cause of the error.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Url { .. } => "expected `postgres://USER:PASSWORD@HOST:PORT/DATABASE`",
            Self::Unreachable { .. } => "check that the database is running and that the URL is right",
            Self::TooOld { .. } => "run `rlm db migrate`",
            Self::TooNew { .. } => "use a newer version of rlm",
            Self::Thread { .. } => "check your system's limits (`ulimit -a`)",
        }
    }
}

impl From<tokio_postgres::Error> for DatabaseError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Unreachable { detail: detail(&error) }
    }
}

impl From<deadpool_postgres::PoolError> for DatabaseError {
    fn from(error: deadpool_postgres::PoolError) -> Self {
        let detail = match &error {
            deadpool_postgres::PoolError::Backend(error) => detail(error),
            error => error.to_string(),
        };
        Self::Unreachable { detail }
    }
}

/// Returns an error with its causes, which its own text leaves out.
fn detail(error: &tokio_postgres::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(one) = cause {
        text = format!("{text}: {one}");
        cause = one.source();
    }
    text
}

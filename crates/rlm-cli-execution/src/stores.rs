//! The store of runs: the folder of this machine, or a database that several machines share.

use std::path::Path;

use rlm_cli_output::failure::Failure;
use rlm_cli_settings::environment::{DATABASE_VARIABLE, Environment};
use rlm_cli_settings::folders;
use rlm_store::RunStore;

/// The folder, below that of runs, with copies of journals in a database.
#[cfg(feature = "cluster")]
const COPIES: &str = "shared";

/// Opens the store of runs: the database of `--database-url` or `RLM_DATABASE_URL` if there is one, else
/// the folder.
///
/// # Errors
/// [`Failure::Store`], [`Failure::NoHome`]; [`Failure::Serve`] if this build knows no databases.
pub fn runs(environment: &Environment) -> Result<RunStore, Failure> {
    let folder = folders::data(environment)?;
    match environment.stated(DATABASE_VARIABLE) {
        Some(url) => shared(&folder, &url),
        None => Ok(RunStore::open(folder)?),
    }
}

#[cfg(feature = "cluster")]
fn shared(folder: &Path, url: &str) -> Result<RunStore, Failure> {
    use rlm_postgres::{Database, DatabaseOptions};

    let database = Database::open(url, DatabaseOptions::default()).map_err(rlm_store::StoreError::from)?;
    let log = std::sync::Arc::new(database.journals(NO_TENANT));
    Ok(RunStore::open(folder.join(COPIES))?.with_log(log))
}

/// The tenant of the command line.
#[cfg(feature = "cluster")]
const NO_TENANT: &str = "";

#[cfg(not(feature = "cluster"))]
fn shared(_: &Path, _: &str) -> Result<RunStore, Failure> {
    Err(no_databases())
}

#[cfg(not(feature = "cluster"))]
fn no_databases() -> Failure {
    Failure::Serve {
        detail: "this build can't use databases".to_owned(),
        hint: "build rlm with `--features cluster`, or `--features full` for everything",
    }
}

/// Runs `rlm db`: creates or changes the tables of a database, or shows their version. Returns the exit
/// code.
///
/// # Errors
/// [`Failure::Store`]; [`Failure::Usage`] without a URL.
#[cfg(feature = "cluster")]
pub fn database(
    command: &rlm_cli_settings::args::DatabaseCommand,
    environment: &Environment,
    console: rlm_cli_output::console::Console,
) -> Result<u8, Failure> {
    use rlm_cli_settings::args::DatabaseCommand;
    use rlm_postgres::Database;

    let url = environment.stated(DATABASE_VARIABLE).ok_or_else(|| Failure::Usage {
        detail: format!("no database is named: use --database-url, or set {DATABASE_VARIABLE}"),
        command: "db".to_owned(),
    })?;
    let status = match command {
        DatabaseCommand::Migrate => Database::migrate(&url),
        DatabaseCommand::Status => Database::status_of(&url),
    };
    let status = status.map_err(rlm_store::StoreError::from)?;
    let advice = match status.check() {
        Ok(()) => String::new(),
        Err(error) => format!(": {}", error.hint()),
    };
    console.result(&format!(
        "version {} of the tables; this version of rlm needs {}{advice}\n",
        status.has, status.knows
    ))?;
    Ok(0)
}

/// Explains that this build has no databases.
///
/// # Errors
/// Always.
#[cfg(not(feature = "cluster"))]
pub fn database(
    _: &rlm_cli_settings::args::DatabaseCommand,
    _: &Environment,
    _: rlm_cli_output::console::Console,
) -> Result<u8, Failure> {
    Err(no_databases())
}

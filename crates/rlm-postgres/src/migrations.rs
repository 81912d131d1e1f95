//! The tables, and how older ones become those of this version.

use deadpool_postgres::Client;

use rlm_store::SharedError;

use crate::failed::failed;

/// The changes of the tables, oldest first: each is a version. They are never edited after a release.
const MIGRATIONS: [&str; 1] = [include_str!("../migrations/001_journals.sql")];
/// The key of the advisory lock that only one migration has at a time: `rlm` in ASCII.
const LOCK: i64 = 0x72_6c_6d;
/// The table of the versions. It is never changed.
const VERSIONS: &str = "create table if not exists rlm_version (
    version integer primary key, applied timestamptz not null default now())";

/// Which tables a database has, and which this version needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MigrationStatus {
    /// The version of the tables; 0 if there are none.
    pub has: i32,
    /// The newest version that this version of rlm knows, and needs.
    pub knows: i32,
}

impl MigrationStatus {
    /// Checks that this version of rlm can use the tables. Those of the next version can be used, so
    /// that machines can be upgraded one after the other.
    ///
    /// # Errors
    /// [`SharedError::TooOld`], [`SharedError::TooNew`].
    pub const fn check(self) -> Result<(), SharedError> {
        let Self { has, knows } = self;
        if has < knows {
            Err(SharedError::TooOld { has, needs: knows })
        } else if has > knows + 1 {
            Err(SharedError::TooNew { has, knows })
        } else {
            Ok(())
        }
    }
}

pub(crate) async fn status(client: &Client) -> Result<MigrationStatus, SharedError> {
    let exists = client.query_one("select to_regclass('rlm_version') is not null", &[]);
    let has = if exists.await.map_err(failed)?.get(0) {
        let version = client.query_one("select coalesce(max(version), 0) from rlm_version", &[]);
        version.await.map_err(failed)?.get(0)
    } else {
        0
    };
    Ok(MigrationStatus {
        has,
        knows: MIGRATIONS.len() as i32,
    })
}

/// Applies the migrations that are missing, all or none.
pub(crate) async fn migrate(mut client: Client) -> Result<(), SharedError> {
    let transaction = client.transaction().await.map_err(failed)?;
    transaction
        .execute("select pg_advisory_xact_lock($1)", &[&LOCK])
        .await
        .map_err(failed)?;
    transaction.batch_execute(VERSIONS).await.map_err(failed)?;
    let version = transaction.query_one("select coalesce(max(version), 0) from rlm_version", &[]);
    let has: i32 = version.await.map_err(failed)?.get(0);
    for (version, migration) in (1..).zip(MIGRATIONS).filter(|(version, _)| *version > has) {
        transaction.batch_execute(migration).await.map_err(failed)?;
        let applied = "insert into rlm_version (version) values ($1)";
        transaction.execute(applied, &[&version]).await.map_err(failed)?;
    }
    transaction.commit().await.map_err(failed)
}

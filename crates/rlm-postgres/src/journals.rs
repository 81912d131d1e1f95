//! The journals of a tenant.

use std::sync::Arc;
use std::time::Duration;

use rlm_model::RunId;
use rlm_store::{Hold, JournalLog, SharedError};

use crate::database::Database;
use crate::error::DatabaseError;

const CREATE: &str = "insert into rlm_run (tenant, run, epoch, held_until)
    values ($1, $2, 1, now() + $3 * interval '1 millisecond') on conflict do nothing";
const CLAIM: &str = "update rlm_run set epoch = epoch + 1, held_until = now() + $3 * interval '1 millisecond'
    where tenant = $1 and run = $2 and (held_until is null or held_until < now()) returning epoch";
/// Compares the epoch, appends the lines and renews the hold, in one statement.
const APPEND: &str = "with held as (
        update rlm_run set lines = lines + cardinality($5::bytea[]), held_until = now() + $6 * interval '1 millisecond'
        where tenant = $1 and run = $2 and epoch = $3 and lines = $4 returning 1
    ), added as (
        insert into rlm_line (tenant, run, line, bytes)
        select $1, $2, $4 + number, bytes from unnest($5::bytea[]) with ordinality as line(bytes, number)
        where exists (select from held)
    )
    select exists (select from held)";
const STATE: &str = "select epoch, lines from rlm_run where tenant = $1 and run = $2";
const RELEASE: &str = "update rlm_run set held_until = null where tenant = $1 and run = $2 and epoch = $3";
const IS_HELD: &str = "select exists (select from rlm_run where tenant = $1 and run = $2 and held_until >= now())";
const LINES: &str = "select bytes from rlm_line where tenant = $1 and run = $2 and line > $3 order by line";
const EXISTS: &str = "select exists (select from rlm_run where tenant = $1 and run = $2)";
const RUNS: &str = "select run from rlm_run where tenant = $1 order by run collate \"C\" desc";
const REMOVE: &str =
    "delete from rlm_run where tenant = $1 and run = $2 and (held_until is null or held_until < now())";

/// The journals of a tenant in a [`Database`].
#[derive(Debug, Clone)]
pub struct Journals {
    database: Database,
    tenant: Arc<str>,
}

impl Journals {
    pub(crate) fn new(database: Database, tenant: &str) -> Self {
        Self {
            database,
            tenant: tenant.into(),
        }
    }

    /// Returns the time of a hold, as the statements take it.
    fn hold_millis(&self) -> f64 {
        self.hold_time().as_secs_f64() * 1e3
    }
}

impl JournalLog for Journals {
    fn hold_time(&self) -> Duration {
        self.database.options().hold_time
    }

    fn create(&self, run: &RunId) -> Result<Hold, SharedError> {
        let (tenant, id, time) = (self.tenant.clone(), run.to_string(), self.hold_millis());
        let created = self.database.wait(move |client| async move {
            let statement = client.prepare_cached(CREATE).await?;
            Ok(client.execute(&statement, &[&&*tenant, &id, &time]).await?)
        });
        match created.map_err(shared)? {
            0 => Err(SharedError::Exists { run: run.clone() }),
            _ => Ok(Hold {
                run: run.clone(),
                epoch: 1,
            }),
        }
    }

    fn claim(&self, run: &RunId) -> Result<Hold, SharedError> {
        let (tenant, id, time) = (self.tenant.clone(), run.to_string(), self.hold_millis());
        let claimed = self.database.wait(move |client| async move {
            let statement = client.prepare_cached(CLAIM).await?;
            let epoch = client.query_opt(&statement, &[&&*tenant, &id, &time]).await?;
            let exists = client.prepare_cached(EXISTS).await?;
            let exists: bool = client.query_one(&exists, &[&&*tenant, &id]).await?.get(0);
            Ok((epoch.map(|row| row.get::<_, i64>(0)), exists))
        });
        match claimed.map_err(shared)? {
            (Some(epoch), _) => Ok(Hold {
                run: run.clone(),
                epoch: epoch.cast_unsigned(),
            }),
            (None, true) => Err(SharedError::Held { run: run.clone() }),
            (None, false) => Err(SharedError::NoRun { run: run.clone() }),
        }
    }

    fn append(&self, hold: &Hold, after: u64, lines: &[Vec<u8>]) -> Result<(), SharedError> {
        let (tenant, id, time) = (self.tenant.clone(), hold.run.to_string(), self.hold_millis());
        let (epoch, last) = (hold.epoch.cast_signed(), after.cast_signed());
        let lines = lines.to_vec();
        let count = lines.len() as u64;
        let state = self.database.wait(move |client| async move {
            let statement = client.prepare_cached(APPEND).await?;
            let row = client
                .query_one(&statement, &[&&*tenant, &id, &epoch, &last, &lines, &time])
                .await?;
            if row.get(0) {
                return Ok(None);
            }
            let statement = client.prepare_cached(STATE).await?;
            let state = client.query_opt(&statement, &[&&*tenant, &id]).await?;
            Ok(Some(state.map(|row| (row.get::<_, i64>(0), row.get::<_, i64>(1)))))
        });
        match state.map_err(shared)? {
            None => Ok(()),
            Some(Some((of, has))) if of == epoch => match has.cast_unsigned() {
                // The reply to an earlier request was lost.
                has if has == after + count => Ok(()),
                has => Err(SharedError::Gap {
                    run: hold.run.clone(),
                    has,
                    after,
                }),
            },
            Some(_) => Err(SharedError::Lost { run: hold.run.clone() }),
        }
    }

    fn release(&self, hold: &Hold) -> Result<(), SharedError> {
        let (tenant, id, epoch) = (self.tenant.clone(), hold.run.to_string(), hold.epoch.cast_signed());
        let released = self.database.wait(move |client| async move {
            let statement = client.prepare_cached(RELEASE).await?;
            Ok(client.execute(&statement, &[&&*tenant, &id, &epoch]).await?)
        });
        released.map(drop).map_err(shared)
    }

    fn is_held(&self, run: &RunId) -> Result<bool, SharedError> {
        let (tenant, id) = (self.tenant.clone(), run.to_string());
        let held = self.database.wait(move |client| async move {
            let statement = client.prepare_cached(IS_HELD).await?;
            Ok(client.query_one(&statement, &[&&*tenant, &id]).await?.get(0))
        });
        held.map_err(shared)
    }

    fn lines(&self, run: &RunId, after: u64) -> Result<Vec<Vec<u8>>, SharedError> {
        let (tenant, id, after) = (self.tenant.clone(), run.to_string(), after.cast_signed());
        let read = self.database.wait(move |client| async move {
            let statement = client.prepare_cached(LINES).await?;
            let rows = client.query(&statement, &[&&*tenant, &id, &after]).await?;
            let exists = client.prepare_cached(EXISTS).await?;
            let exists: bool = client.query_one(&exists, &[&&*tenant, &id]).await?.get(0);
            let lines: Vec<Vec<u8>> = rows.iter().map(|row| row.get(0)).collect();
            Ok(exists.then_some(lines))
        });
        let lines = read.map_err(shared)?;
        lines.ok_or_else(|| SharedError::NoRun { run: run.clone() })
    }

    fn runs(&self) -> Result<Vec<RunId>, SharedError> {
        let tenant = self.tenant.clone();
        let listed = self.database.wait(move |client| async move {
            let statement = client.prepare_cached(RUNS).await?;
            let rows = client.query(&statement, &[&&*tenant]).await?;
            // Every id was one when it was stored.
            let ids = rows.iter().filter_map(|row| row.get::<_, &str>(0).parse().ok());
            Ok(ids.collect())
        });
        listed.map_err(shared)
    }

    fn remove(&self, run: &RunId) -> Result<bool, SharedError> {
        let (tenant, id) = (self.tenant.clone(), run.to_string());
        let removed = self.database.wait(move |client| async move {
            let statement = client.prepare_cached(REMOVE).await?;
            client.execute(&statement, &[&&*tenant, &id]).await?;
            let exists = client.prepare_cached(EXISTS).await?;
            Ok(!client.query_one(&exists, &[&&*tenant, &id]).await?.get::<_, bool>(0))
        });
        removed.map_err(shared)
    }
}

fn shared(error: DatabaseError) -> SharedError {
    SharedError::Unreachable {
        detail: match error {
            DatabaseError::Unreachable { detail } => detail,
            error => error.to_string(),
        },
    }
}

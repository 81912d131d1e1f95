//! The journals of a tenant.

use std::sync::Arc;
use std::time::Duration;

use rlm_model::RunId;
use rlm_store::{Hold, JournalLog, SharedError};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use crate::database::Database;

const CREATE: &str = "insert into rlm_run (tenant, run, epoch, held_until)
    values ($1, $2, 1, now() + $3 * interval '1 millisecond') on conflict do nothing returning epoch";
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
const RUNS: &str = "select run from rlm_run where tenant = $1 order by run collate \"C\" desc";
const REMOVE: &str =
    "delete from rlm_run where tenant = $1 and run = $2 and (held_until is null or held_until < now())";

/// The journals of a tenant in a [`Database`].
#[derive(Debug, Clone)]
pub struct Journals {
    database: Database,
    tenant: Arc<str>,
}

/// A value of a statement.
type Value = Box<dyn ToSql + Sync + Send>;

impl Journals {
    pub(crate) fn new(database: Database, tenant: &str) -> Self {
        Self {
            database,
            tenant: tenant.into(),
        }
    }

    /// Executes a statement about a run. Its values are the tenant, the run and `more`.
    fn query<const N: usize>(
        &self,
        statement: &'static str,
        run: &RunId,
        more: [Value; N],
    ) -> Result<Vec<Row>, SharedError> {
        let mut values: Vec<Value> = vec![Box::new(self.tenant.to_string()), Box::new(run.to_string())];
        values.extend(more);
        self.database.query(statement, values)
    }

    /// Returns the time of a hold, as the statements take it.
    fn hold_millis(&self) -> Value {
        Box::new(self.hold_time().as_secs_f64() * 1e3)
    }

    /// Returns the epoch and the number of lines of a run, if there is one.
    fn state(&self, run: &RunId) -> Result<Option<(u64, u64)>, SharedError> {
        let rows = self.query(STATE, run, [])?;
        let state = |row: &Row| {
            (
                row.get::<_, i64>(0).cast_unsigned(),
                row.get::<_, i64>(1).cast_unsigned(),
            )
        };
        Ok(rows.first().map(state))
    }
}

impl JournalLog for Journals {
    fn hold_time(&self) -> Duration {
        self.database.options().hold_time
    }

    fn create(&self, run: &RunId) -> Result<Hold, SharedError> {
        let rows = self.query(CREATE, run, [self.hold_millis()])?;
        hold(run, &rows).ok_or_else(|| SharedError::Exists { run: run.clone() })
    }

    fn claim(&self, run: &RunId) -> Result<Hold, SharedError> {
        let rows = self.query(CLAIM, run, [self.hold_millis()])?;
        match hold(run, &rows) {
            Some(hold) => Ok(hold),
            None if self.state(run)?.is_some() => Err(SharedError::Held { run: run.clone() }),
            None => Err(SharedError::NoRun { run: run.clone() }),
        }
    }

    fn append(&self, hold: &Hold, after: u64, lines: &[Vec<u8>]) -> Result<(), SharedError> {
        let (epoch, last) = (hold.epoch.cast_signed(), after.cast_signed());
        let values: [Value; 4] = [
            Box::new(epoch),
            Box::new(last),
            Box::new(lines.to_vec()),
            self.hold_millis(),
        ];
        let rows = self.query(APPEND, &hold.run, values)?;
        if rows.first().is_some_and(|row| row.get(0)) {
            return Ok(());
        }
        match self.state(&hold.run)? {
            // The reply to an earlier request was lost.
            Some((epoch, has)) if epoch == hold.epoch && has == after + lines.len() as u64 => Ok(()),
            Some((epoch, has)) if epoch == hold.epoch => Err(SharedError::Gap {
                run: hold.run.clone(),
                has,
                after,
            }),
            _ => Err(SharedError::Lost { run: hold.run.clone() }),
        }
    }

    fn release(&self, hold: &Hold) -> Result<(), SharedError> {
        let epoch: Value = Box::new(hold.epoch.cast_signed());
        self.query(RELEASE, &hold.run, [epoch]).map(drop)
    }

    fn is_held(&self, run: &RunId) -> Result<bool, SharedError> {
        let rows = self.query(IS_HELD, run, [])?;
        Ok(rows.first().is_some_and(|row| row.get(0)))
    }

    fn lines(&self, run: &RunId, after: u64) -> Result<Vec<Vec<u8>>, SharedError> {
        let rows = self.query(LINES, run, [Box::new(after.cast_signed())])?;
        if rows.is_empty() && self.state(run)?.is_none() {
            return Err(SharedError::NoRun { run: run.clone() });
        }
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    fn runs(&self) -> Result<Vec<RunId>, SharedError> {
        let rows = self.database.query(RUNS, vec![Box::new(self.tenant.to_string())])?;
        // Every id was one when it was stored.
        Ok(rows
            .iter()
            .filter_map(|row| row.get::<_, &str>(0).parse().ok())
            .collect())
    }

    fn remove(&self, run: &RunId) -> Result<bool, SharedError> {
        self.query(REMOVE, run, [])?;
        Ok(self.state(run)?.is_none())
    }
}

/// Returns the hold that a statement has begun, if it has.
fn hold(run: &RunId, rows: &[Row]) -> Option<Hold> {
    Some(Hold {
        run: run.clone(),
        epoch: rows.first()?.get::<_, i64>(0).cast_unsigned(),
    })
}

//! Submits a question to a folder, where a worker answers it. The two can be separate processes
//! that never run at the same time.
//!
//! `cargo run --example job`

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rlm::jobs::{Holder, JobRecord, JobState, JobStore, new_run_id};
use rlm::{Context, FakeModel, Rlm};

type Error = Box<dyn std::error::Error + Send + Sync>;

/// Submits a question and returns the job's id.
fn submit(store: &JobStore, question: &str) -> Result<String, Error> {
    let id = new_run_id(SystemTime::now(), 42)?.to_string();
    let record = JobRecord {
        question: question.to_owned(),
        ..JobRecord::default()
    };
    store.create(&id, &record)?;
    Ok(id)
}

/// Answers every job without an active worker. That includes the jobs of killed workers, because a
/// lease ends with its process.
async fn work(store: &JobStore, rlm: &Rlm, context: &Context) -> Result<(), Error> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let holder = Holder {
        process: std::process::id(),
        since: rlm::journals::Millis(u64::try_from(now.as_millis())?),
    };
    for id in store.ids()? {
        let Some(_lease) = store.take(&id, holder)? else {
            continue;
        };
        let mut job = store.read(&id)?;
        if job.state.is_over() {
            continue;
        }
        job.state = JobState::Running;
        store.replace(&id, &job)?;
        let result = rlm.run(&job.question, context).await?;
        job.state = if result.answer.is_some() {
            JobState::Complete
        } else {
            JobState::Failed
        };
        job.result = Some(serde_json::to_value(&result)?);
        store.replace(&id, &job)?;
    }
    Ok(())
}

/// Submits a job, runs a worker, and polls the job until it is finished.
pub(crate) async fn answer(folder: &Path) -> Result<String, Error> {
    let store = JobStore::open(folder)?;
    let id = submit(&store, "What is the code?")?;

    let rlm = Rlm::new(FakeModel::new(["```repl\nFINAL(context[18:23])\n```"]));
    let context = Context::from_text("The vault code is 7-4-1.");
    let (worker, seen) = (JobStore::open(folder)?, id.clone());
    let work = async move { work(&worker, &rlm, &context).await };
    let look = async {
        loop {
            let job = store.read(&seen)?;
            if job.state.is_over() {
                let answer = job.result.as_ref().and_then(|result| result.get("answer")?.as_str());
                return Ok::<_, Error>(answer.unwrap_or_default().to_owned());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let (worked, answer) = tokio::join!(work, look);
    worked?;
    answer
}

#[expect(clippy::print_stdout, reason = "an example shows its answer")]
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let folder = std::env::temp_dir().join("rlm-example-jobs");
    println!("{}", answer(&folder).await?);
    Ok(())
}

//! Resumes a run from its journal after a crash, such as by `kill -9`. Answered calls are not sent
//! again.
//!
//! `cargo run --example resume`

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use rlm::budgets::Usage;
use rlm::journals::{Journal, JournalOptions};
use rlm::models::{BoxFuture, Call, ModelError, ModelIdentity, Reply};
use rlm::{Context, Model, Rlm, RunOptions};
use tokio::sync::Notify;

type Error = Box<dyn std::error::Error>;

static IDENTITY: LazyLock<ModelIdentity> = LazyLock::new(|| ModelIdentity::new("example", "", "by-turn"));

/// A model whose reply depends on the turn, and which counts its calls.
#[derive(Default)]
struct ByTurn {
    calls: Arc<AtomicUsize>,
    /// Notified when the call of the second turn arrives; that call never completes. `None` answers
    /// all calls.
    stuck: Option<Arc<Notify>>,
}

impl Model for ByTurn {
    fn identity(&self) -> &ModelIdentity {
        &IDENTITY
    }

    fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        Box::pin(async move {
            self.calls.fetch_add(1, Ordering::SeqCst);
            let text = match (call.id.position.turn, &self.stuck) {
                (1, _) => "```repl\nat = P.find('code')\nprint(P[at:])\n```",
                (_, None) => "```repl\nFINAL(P[at + 8:at + 13])\n```",
                (_, Some(stuck)) => {
                    stuck.notify_one();
                    std::future::pending().await
                }
            };
            Ok(Reply::new(text, Usage::default()))
        })
    }
}

/// Returns the answer, and the number of calls before and after the simulated crash.
pub(crate) async fn answer(journal: &Path) -> Result<(String, usize, usize), Error> {
    let context = Context::from_text("The vault code is 7-4-1.");
    let stuck = Arc::new(Notify::new());
    let model = ByTurn {
        stuck: Some(Arc::clone(&stuck)),
        ..ByTurn::default()
    };
    let before = Arc::clone(&model.calls);
    let options = RunOptions {
        journal: Some(Arc::new(Journal::create(journal, JournalOptions::default())?)),
        ..RunOptions::default()
    };
    // Dropping the future acts like a kill: the journal ends with a call in flight.
    let first = Rlm::new(model);
    tokio::select! {
        result = first.run_with("What is the code?", &context, options) => return Err(format!("it ended: {result:?}").into()),
        () = stuck.notified() => {}
    }

    let model = ByTurn::default();
    let after = Arc::clone(&model.calls);
    let result = Rlm::new(model).resume(journal, &context).await?;
    let answer = result.answer.or(result.message).unwrap_or_default();
    Ok((answer, before.load(Ordering::SeqCst), after.load(Ordering::SeqCst)))
}

#[expect(clippy::print_stdout, reason = "an example shows its answer")]
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let journal = std::env::temp_dir().join(format!("rlm-example-{}.jsonl", std::process::id()));
    let (answer, before, after) = answer(&journal).await?;
    println!("{answer}: {before} calls, and {after} more after its process ended");
    Ok(())
}

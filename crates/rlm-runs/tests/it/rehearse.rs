//! Tests of rehearsals: current questions with recorded replies.

use rlm_adapters::FakeModel;
use rlm_context::Context;
use rlm_core::RunnerBuilder;
use rlm_policy::{Limits, Outcome};
use rlm_runs::{Rehearsal, RehearseOptions, Replies};
use rlm_test_runs::{Recorded, fenced, run, runner};
use rlm_trace::{Totals, canonical};

const QUESTION: &str = "What is the code?";

fn context() -> Context {
    Context::from_text("The vault code is 7-4-1.\nThe garden gate is green.\n")
}

async fn recorded() -> Recorded {
    let script = [
        fenced(
            "replies = llm_query_batched(['one', 'two', 'fails'])\nprint(replies[0], failed(replies[2]))\nprint(context[:24])",
        ),
        fenced("FINAL('The code: ' + context[18:23])"),
    ];
    let model = FakeModel::new(script)
        .regex_rule("fails", "x")
        .unwrap()
        .default_reply("a reply");
    run(runner(model), QUESTION, &context()).await
}

/// A model that must not be called.
fn nobody() -> RunnerBuilder {
    runner(FakeModel::new([""; 0]))
}

async fn rehearsed(builder: RunnerBuilder, context: &Context, replies: Replies) -> Rehearsal {
    let options = RehearseOptions {
        replies,
        ..RehearseOptions::default()
    };
    let recorded = recorded().await.as_recorded();
    let runner = builder.build().unwrap();
    rlm_runs::rehearse(&runner, &recorded, QUESTION, context, options)
        .await
        .unwrap()
}

#[tokio::test]
async fn unchanged_requests_replay_identically() {
    let recorded = recorded().await.as_recorded();
    let again = rehearsed(nobody(), &context(), Replies::ToSameRequests).await;
    assert_eq!(
        (again.others.len(), again.result.answer.as_deref()),
        (0, Some("The code: 7-4-1"))
    );
    let records = || again.records.iter().map(|record| &**record);
    let (mut then, mut now) = (canonical(&recorded.records), canonical(records()));
    // A rehearsal has no time limit, and its settings record this.
    then.events.remove(0);
    now.events.remove(0);
    assert_eq!(then.first_difference(&now), None);
    let (then, now) = (Totals::of(&recorded.records), Totals::of(records()));
    assert_eq!(
        (then.root, then.sub),
        (now.root, now.sub),
        "usage equals the recorded usage"
    );
}

#[tokio::test]
async fn unrecorded_request_ends_the_dry_run_and_is_reported() {
    let told = || nobody().instructions("Be brief.");
    let again = rehearsed(told(), &context(), Replies::ToSameRequests).await;
    assert_eq!(again.result.outcome, Outcome::ProviderError);
    assert_eq!(again.others.len(), 1);
    let other = &again.others[0];
    assert_eq!(other.call.id.to_string(), "1.0.0");
    assert!(other.call.request.messages[0].content().ends_with("Be brief."));
    assert!(
        other.detail.starts_with("differs from the recording: message 1"),
        "{}",
        other.detail
    );

    let reused = rehearsed(told(), &context(), Replies::ByPosition).await;
    assert_eq!(reused.result.answer.as_deref(), Some("The code: 7-4-1"));
    let asked: Vec<String> = reused.others.iter().map(|other| other.call.id.to_string()).collect();
    assert_eq!(asked, ["1.0.0", "2.0.0"], "sub-calls are unchanged");
}

#[tokio::test]
async fn dry_run_programs_read_the_current_context() {
    let other = Context::from_text("The vault code is 9-9-9.\nThe garden gate is green.\n");
    let again = rehearsed(nobody(), &other, Replies::ToSameRequests).await;
    assert_eq!(again.others.len(), 1, "the first message describes the text");
    let reused = rehearsed(nobody(), &other, Replies::ByPosition).await;
    assert_eq!(reused.result.answer.as_deref(), Some("The code: 9-9-9"));
}

#[tokio::test]
async fn dry_run_diverging_from_the_recording_is_not_complete() {
    let limits = Limits {
        steps: 1,
        ..Limits::default()
    };
    let again = rehearsed(nobody().limits(limits), &context(), Replies::ByPosition).await;
    // Another request was recorded at the place of the call for the best-effort answer.
    assert!(!again.others.is_empty());
    assert_ne!(again.result.outcome, Outcome::Complete);
}

//! Tests of recorded runs as models.

use std::path::Path;

use rlm_adapters::{FakeModel, ReplayModel};
use rlm_model::{
    Call, CallId, Cost, Message, Model, ModelError, ModelErrorKind, Money, Reply, RequestId, Tokens, Usage,
};
use rlm_trace::{
    CallClass, CallIssued, CallSettled, Event, Journal, JournalOptions, Messages, Millis, RecordedOutcome, Reservation,
};

use crate::support::call_of;

fn issued(model: &dyn Model, call: &Call, messages: Messages) -> Event {
    Event::Issued(Box::new(CallIssued {
        id: call.id.clone(),
        request_id: call.request_id,
        model: model.identity().clone(),
        class: if call.id.is_root_model() {
            CallClass::Root
        } else {
            CallClass::Sub
        },
        early: false,
        batch: None,
        reserved: Reservation {
            input: call.request.input_tokens_at_most(),
            output: call.request.parameters.max_output,
            cost: Cost::Known(Money::ZERO),
        },
        parameters: call.request.parameters.clone(),
        form: None,
        images: Vec::new(),
        messages,
        pieces: Vec::new(),
    }))
}

fn settled(call: &Call, outcome: RecordedOutcome) -> Event {
    Event::Settled(Box::new(CallSettled {
        id: call.id.clone(),
        outcome,
        cached: false,
        cost: Cost::Known(Money::ZERO),
        elapsed: None,
        attempts: None,
        account: None,
        outage: false,
        quoted: Vec::new(),
    }))
}

/// Returns the calls of a small run: two of the root, the second of which repeats the messages of
/// the first, and three of programs.
fn calls(model: &dyn Model) -> Vec<Call> {
    let first = vec![Message::system("You write programs."), Message::user("How many doors?")];
    let mut second = first.clone();
    second.extend([
        Message::assistant("print(1)"),
        Message::user("It printed 1, and then some more that is long enough."),
    ]);
    let sub = |text: &str| vec![Message::user(text)];
    vec![
        call_of(model, "1.0.0", first),
        call_of(model, "1.1.0", sub("door one")),
        call_of(model, "1.2.0", sub("door two")),
        call_of(model, "1.3.0", sub("door three")),
        call_of(model, "2.0.0", second),
    ]
}

/// Records the answers of a fake model in a journal. The third door fails, and the last call is
/// never settled.
async fn record(path: &Path) -> Vec<Call> {
    let fake = FakeModel::new(["print(1)", "FINAL(2)"])
        .regex_rule("door (one|two)", "door \\1 is red")
        .unwrap();
    let journal = Journal::create(path, JournalOptions::default()).unwrap();
    let calls = calls(&fake);
    for call in &calls {
        let messages = match call.id.position.turn {
            2 => Messages::following((&calls[0].id, &calls[0].request.messages), &call.request.messages),
            _ => Messages::of(&call.request.messages),
        };
        journal.write(issued(&fake, call, messages)).unwrap();
        if call.id == CallId::root(2, 0, 0) {
            continue;
        }
        let outcome = match fake.complete(call).await {
            Ok(reply) => RecordedOutcome::Reply(reply),
            Err(error) => RecordedOutcome::Failed(error),
        };
        journal.write(settled(call, outcome)).unwrap();
    }
    calls
}

async fn replayed() -> (ReplayModel, Vec<Call>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let calls = record(&path).await;
    (ReplayModel::read(&path).unwrap(), calls, folder)
}

#[tokio::test]
async fn replayed_calls_get_their_recorded_outcomes() {
    let (model, calls, _folder) = replayed().await;
    assert_eq!(
        model.identity().to_string(),
        "fake:script",
        "the identity of the recorded model"
    );
    // In any order, because calls are independent of each other.
    assert_eq!(model.complete(&calls[2]).await.unwrap().text, "door two is red");
    assert_eq!(model.complete(&calls[1]).await.unwrap().text, "door one is red");
    assert_eq!(model.complete(&calls[0]).await.unwrap().text, "print(1)");
    let failed = model.complete(&calls[3]).await.unwrap_err();
    assert_eq!(
        failed.to_string(),
        "fake:script: no rule matches call 1.3.0 (`door three`)"
    );
    let open = model.complete(&calls[4]).await.unwrap_err();
    assert_eq!(
        open.to_string(),
        "replay: call 2.0.0 was in flight when the recording ended"
    );
}

#[tokio::test(start_paused = true)]
async fn replay_pace_scales_and_limits_the_recorded_durations() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let journal = Journal::create(&path, JournalOptions::default()).unwrap();
    let fake = FakeModel::new(["print(1)", "FINAL(2)"]);
    for (call, elapsed) in calls(&fake).into_iter().zip([Some(Millis(6_000)), None]) {
        journal
            .write(issued(&fake, &call, Messages::of(&call.request.messages)))
            .unwrap();
        let Event::Settled(mut settled) = settled(&call, RecordedOutcome::Reply(Reply::new("ok", Usage::default())))
        else {
            unreachable!()
        };
        settled.elapsed = elapsed;
        journal.write(Event::Settled(settled)).unwrap();
    }
    let seconds = async |pace: Option<&str>, place: usize| {
        let model = ReplayModel::read(&path).unwrap();
        let model = match pace {
            Some(pace) => model.with_pace(pace.parse().unwrap()),
            None => model,
        };
        let start = tokio::time::Instant::now();
        model.complete(&calls(&fake)[place]).await.unwrap();
        start.elapsed().as_secs_f64()
    };
    assert_eq!(seconds(None, 0).await, 0.0);
    assert!((5.9..6.1).contains(&seconds(Some("speed=1"), 0).await));
    assert!((1.9..2.1).contains(&seconds(Some("speed=3"), 0).await));
    assert_eq!(seconds(Some("speed=1"), 1).await, 0.0, "the duration was not recorded");
    assert!((0.9..1.1).contains(&seconds(Some("speed=3&longest=1"), 0).await));
}

#[tokio::test]
async fn replay_mismatch_names_the_call_and_difference() {
    let (model, calls, _folder) = replayed().await;
    let error = async |place: usize, change: &dyn Fn(&mut Call)| -> ModelError {
        let mut call = calls[place].clone();
        change(&mut call);
        model.complete(&call).await.unwrap_err()
    };
    let message =
        |place: usize, message: Message| move |call: &mut Call| call.request.messages[place] = message.clone();
    let errors = [
        error(0, &|call| call.id = CallId::root(7, 0, 0)).await,
        error(0, &message(1, Message::user("How many windows?"))).await,
        error(0, &message(1, Message::user("How many doors? And more"))).await,
        error(0, &message(0, Message::user("You write programs."))).await,
        error(0, &|call| call.request.messages.truncate(1)).await,
        error(4, &message(3, Message::user("It printed 2"))).await,
        error(1, &|call| call.request.parameters.seed = Some(5)).await,
        error(1, &|call| {
            call.request_id = RequestId {
                occurrence: 1,
                ..call.request_id
            }
        })
        .await,
    ];
    assert!(errors.iter().all(|error| error.kind == ModelErrorKind::NoReply));
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(errors.join("\n"));
}

/// The scheduler sends a call with a lower output limit if the budget has no room for more.
#[tokio::test]
async fn call_that_the_budget_shortened_gets_its_recorded_reply() {
    let (model, calls, _folder) = replayed().await;
    let mut call = calls[1].clone();
    call.request.parameters.max_output = Tokens(60);
    assert_eq!(model.complete(&call).await.unwrap().text, "door one is red");
    call.request.messages[0] = Message::user("door nine");
    assert_eq!(model.complete(&call).await.unwrap_err().kind, ModelErrorKind::NoReply);
    // A limit that the caller has changed is another request.
    let mut call = calls[1].clone();
    call.request.parameters.max_output = Tokens(60);
    call.request_id.digest = call.request.digest(model.identity());
    let error = model.complete(&call).await.unwrap_err().to_string();
    assert!(error.contains("its output limit is 60 instead of 100"), "{error}");
}

#[tokio::test]
async fn an_altered_journal_is_not_replayed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    record(&path).await;
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replacen("door one is red", "door one is rad", 1)).unwrap();
    let error = ReplayModel::read(&path).err().unwrap().to_string();
    insta::assert_snapshot!(error.replace(&*folder.path().to_string_lossy(), "FOLDER"));
}

//! Tests of replays.

use rlm_adapters::FakeModel;
use rlm_context::Context;
use rlm_core::RunOptions;
use rlm_policy::Limits;
use rlm_runs::{ReplayError, ReplayExtent, replay};
use rlm_test_runs::{Recorded, fenced, run, runner};
use rlm_trace::{Event, Journal, JournalOptions, Record, RecordedRun};
use std::sync::Arc;

fn context() -> Context {
    Context::from_text("The vault code is 7-4-1.\nThe garden gate is green.\n")
}

async fn recorded() -> Recorded {
    let script = [
        fenced("print(contxt)"),
        fenced(
            "replies = llm_query_batched(['one', 'two', 'fails', 'one'])\nprint(replies[0], failed(replies[2]))\nprint(context[:24])",
        ),
        fenced("print(llm_query('three ' + replies[1]))\nprint(replies[99])"),
        "I am done.".to_owned(),
        fenced("FINAL('The code: ' + context[18:23])"),
    ];
    let model = FakeModel::new(script)
        .regex_rule("fails", "x")
        .unwrap()
        .default_reply("a reply");
    run(runner(model), "What is the code?", &context()).await
}

/// Returns modified events with valid digests, as a careful forger would write them.
fn forged(recorded: &Recorded, mut forge: impl FnMut(&mut Event)) -> RecordedRun {
    let journal = Journal::in_memory(JournalOptions::default());
    for event in recorded.events() {
        let mut event = event.clone();
        forge(&mut event);
        journal.write(event).unwrap();
    }
    let records: Vec<Record> = journal
        .records()
        .unwrap()
        .iter()
        .map(|record| (**record).clone())
        .collect();
    RecordedRun {
        records,
        ending: rlm_trace::Ending::Finished,
    }
}

#[tokio::test]
async fn a_run_replays_to_the_same_answer() {
    let recorded = recorded().await;
    assert_eq!(recorded.answer(), "The code: 7-4-1", "{:?}", recorded.observations());
    let report = replay(&recorded.as_recorded(), &context()).await.unwrap();
    assert_eq!(report.answer.as_deref(), Some("The code: 7-4-1"));
    assert_eq!(report.extent, ReplayExtent::Whole);
    assert!(report.compared > 20);
}

#[tokio::test]
async fn a_partial_run_replays() {
    let model = FakeModel::new([fenced("print(1)").as_str(), "It may be 1."]);
    let limits = Limits {
        steps: 1,
        seconds: Some(9),
        ..Limits::default()
    };
    let recorded = run(runner(model).limits(limits), "What?", &context()).await;
    let report = replay(&recorded.as_recorded(), &context()).await.unwrap();
    assert_eq!(
        (report.outcome.as_deref(), report.answer.as_deref()),
        (Some("partial"), Some("It may be 1."))
    );
}

#[tokio::test]
async fn replay_names_the_altered_event() {
    let recorded = recorded().await;
    let mut shown = Vec::new();
    type Forgery = fn(&mut Event);
    let forgeries: [(&str, Forgery); 8] = [
        ("a root reply", |event| {
            if let Event::Settled(settled) = event
                && settled.id.to_string() == "3.0.0"
                && let rlm_trace::RecordedOutcome::Reply(reply) = &mut settled.outcome
            {
                reply.text = reply.text.replace("three", "tree");
            }
        }),
        ("a sub reply", |event| {
            if let Event::Settled(settled) = event
                && settled.id.to_string() == "2.1.0"
                && let rlm_trace::RecordedOutcome::Reply(reply) = &mut settled.outcome
            {
                reply.text.push('!');
            }
        }),
        ("a print", |event| {
            if let Event::ProgramRan(ran) = event
                && ran.turn == 2
            {
                ran.stdout.push('.');
            }
        }),
        ("a program", |event| {
            if let Event::ProgramChecked(checked) = event
                && checked.turn == 2
            {
                checked.source.push('#');
            }
        }),
        ("an observation", |event| {
            if let Event::Observation(observation) = event
                && observation.turn == 4
            {
                observation.text.push('.');
            }
        }),
        ("the fuel", |event| {
            if let Event::ProgramRan(ran) = event
                && ran.turn == 3
            {
                ran.fuel += 1;
            }
        }),
        ("the answer", |event| {
            if let Event::Final(value) = event {
                value.value = "The code: 7-4-2".to_owned();
            }
        }),
        ("a request", |event| {
            if let Event::Issued(issued) = event
                && issued.id.to_string() == "2.1.1"
            {
                issued.request_id.digest = rlm_model::Digest::of(b"other");
            }
        }),
    ];
    for (name, forge) in forgeries {
        let error = replay(&forged(&recorded, forge), &context()).await.unwrap_err();
        assert!(matches!(error, ReplayError::Differs { .. }), "{name}: {error}");
        shown.push(format!("{name}: {error}"));
    }
    insta::assert_snapshot!("forgeries", shown.join("\n"));
    assert!(replay(&forged(&recorded, |_| ()), &context()).await.is_ok());
}

#[tokio::test]
async fn altered_journal_bytes_are_detected() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let journal = Arc::new(Journal::create(&path, JournalOptions::default()).unwrap());
    let model = FakeModel::new([fenced("print(llm_query('a') + context[:9])").as_str(), "FINAL: done"])
        .default_reply("a reply");
    let options = RunOptions {
        journal: Some(journal),
        ..RunOptions::default()
    };
    runner(model)
        .build()
        .unwrap()
        .run_with("What?", &context(), options)
        .await
        .unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let mut shown = Vec::new();
    for (name, from, to) in [
        ("a reply", "\"text\":\"a reply\"", "\"text\":\"a reqly\""),
        ("a print", "\"stdout\":\"a reply", "\"stdout\":\"a reqly"),
        ("a program", "\"source\":\"print(", "\"source\":\"prjnt("),
    ] {
        assert!(text.contains(from), "{name}");
        std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
        let error = RecordedRun::read(&path).unwrap_err();
        shown.push(format!("{name}: {error}").replace(&*folder.path().to_string_lossy(), "FOLDER"));
    }
    insta::assert_snapshot!("altered-files", shown.join("\n"));
}

#[tokio::test]
async fn replay_with_another_context_is_rejected() {
    let recorded = recorded().await;
    let other = Context::from_text("The vault code is 7-4-2.\nThe garden gate is green.\n");
    let error = replay(&recorded.as_recorded(), &other).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the context differs from that of the run: the text of document `text` differs: expected b3:696086bf220a, \
         got b3:c016e5920461"
    );
}

#[tokio::test]
async fn truncated_run_is_replayed_up_to_its_end() {
    let recorded = recorded().await;
    let whole = recorded.as_recorded();
    for length in 4..whole.records.len() {
        let cut = RecordedRun {
            records: whole.records.iter().take(length).cloned().collect(),
            ending: rlm_trace::Ending::Unfinished,
        };
        let report = replay(&cut, &context())
            .await
            .unwrap_or_else(|error| panic!("{length}: {error}"));
        assert!(matches!(report.extent, ReplayExtent::Until { .. }));
    }
}

#[tokio::test(start_paused = true)]
async fn timed_out_run_is_replayed_up_to_the_timeout() {
    let definition = serde_json::json!({
        "script": [fenced("print(1)"), fenced("print(llm_query('a'))")],
        "rules": [{"match": ".", "reply": "y", "delay_ms": 3_600_000}],
    });
    let model = FakeModel::from_json("f", &definition.to_string()).unwrap();
    let limits = Limits {
        seconds: Some(2),
        ..Limits::default()
    };
    let recorded = run(runner(model).limits(limits), "What?", &context()).await;
    let report = replay(&recorded.as_recorded(), &context()).await.unwrap();
    assert_eq!(report.outcome.as_deref(), Some("timeout"));
    assert_eq!(
        report.extent,
        ReplayExtent::Until {
            event: "issued 2.1.0".to_owned()
        }
    );
}

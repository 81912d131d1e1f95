//! Tests of the earlier turns sent to the root model: all of them, the last one, a summary, or as
//! many as fit.

use std::sync::Arc;

use rlm_adapters::FakeModel;
use rlm_context::Context;
use rlm_core::{RunError, Runner};
use rlm_model::{Call, Role};
use rlm_prompt::{Compaction, History};
use rlm_test_runs::{Recorded, Spy, run};
use rlm_trace::Event;

/// A program that prints `lines` lines.
fn shows(name: &str, lines: usize) -> String {
    format!("```repl\n{name} = 1\nfor i in range({lines}): print('{name}', i)\n```")
}

fn compaction(threshold_tokens: u64) -> History {
    History {
        compaction: Some(Compaction {
            threshold_tokens: Some(threshold_tokens),
            ..Compaction::default()
        }),
        ..History::default()
    }
}

/// Executes a run. Also returns the calls of its root model.
async fn asked(script: &[&str], history: History) -> (Recorded, Vec<Call>) {
    let model = Spy::new(FakeModel::new(script.to_vec()));
    let builder = Runner::builder(Arc::clone(&model) as Arc<_>).history(history);
    let recorded = run(builder, "How many?", &Context::from_text("One, two.")).await;
    (recorded, model.calls())
}

/// Returns the roles and contents of a request's messages, without the first ones.
fn said(call: &Call) -> Vec<(Role, String)> {
    let messages = call.request.messages.iter().skip(2);
    messages.map(|message| (message.role, message.content())).collect()
}

/// Returns the approximate number of tokens in the first messages of a run.
async fn opening_tokens() -> u64 {
    let (_, calls) = asked(&["FINAL: 2"], History::default()).await;
    let messages = calls[0].request.messages.iter();
    messages.map(|message| message.content().len() as u64).sum::<u64>() / 4
}

#[tokio::test]
async fn each_request_extends_the_previous_one() {
    let (_, calls) = asked(&[&shows("a", 3), &shows("b", 3), "FINAL: 2"], History::default()).await;
    assert_eq!(calls.len(), 3);
    for pair in calls.windows(2) {
        assert!(pair[1].request.messages.starts_with(&pair[0].request.messages));
        assert_eq!(pair[1].request.messages.len(), pair[0].request.messages.len() + 2);
    }
}

#[tokio::test]
async fn disabled_conversation_sends_only_the_last_turn() {
    let history = History {
        conversation: false,
        ..History::default()
    };
    let (recorded, calls) = asked(&[&shows("a", 3), &shows("b", 3), "FINAL: 2"], history).await;
    assert_eq!(recorded.answer(), "2");
    let last = said(&calls[2]);
    assert_eq!(last.len(), 2);
    assert!(last[0].1.contains("b = 1"), "{last:?}");
    assert!(last[1].1.contains("b 2"), "{last:?}");
}

#[tokio::test]
async fn compaction_summarizes_turns_and_keeps_them_in_history() {
    let threshold = opening_tokens().await + 1_200;
    let script = [
        &*shows("a", 400),
        &shows("b", 400),
        "<think>Let me see.</think>The text counts to two; `a` holds 1.",
        "```repl\nprint(len(history), history[0]['turn'], 'a 399' in history[0]['shown'], 'a = 1' in history[0]['reply'])\n```",
        "FINAL: 2",
    ];
    let (recorded, calls) = asked(&script, compaction(threshold)).await;
    assert_eq!(recorded.answer(), "2");
    let request = said(&calls[2]);
    insta::assert_snapshot!(
        "request",
        request.last().unwrap().1.rsplit("</variables>").next().unwrap().trim()
    );
    let after = said(&calls[3]);
    let roles: Vec<Role> = after.iter().map(|(role, _)| *role).collect();
    assert_eq!(roles, [Role::Assistant, Role::User, Role::Assistant, Role::User]);
    assert_eq!(after[0].1, "The text counts to two; `a` holds 1.");
    insta::assert_snapshot!("after", after[1].1);
    assert!(after[2].1.contains("b = 1"), "{after:?}");
    assert!(
        recorded.observations()[2].contains("1 1 True True"),
        "{:?}",
        recorded.observations()
    );
    let compacted = recorded.events().find_map(|event| match event {
        Event::Compacted(compacted) => Some(compacted),
        _ => None,
    });
    let compacted = compacted.unwrap();
    assert_eq!((compacted.turn, compacted.through), (3, 1));
    assert!(compacted.tokens_before >= threshold && compacted.tokens_after < compacted.tokens_before);
}

#[tokio::test]
async fn a_second_summary_covers_the_first() {
    let threshold = opening_tokens().await + 1_200;
    let script = [
        &*shows("a", 400),
        &shows("b", 400),
        "First summary.",
        &shows("c", 400),
        "Second summary.",
        "```repl\nprint([past['turn'] for past in history])\n```",
        "FINAL: 2",
    ];
    let (recorded, calls) = asked(&script, compaction(threshold)).await;
    assert!(said(&calls[4])[0].1.contains("First summary."));
    let last = said(&calls[6]);
    assert!(last[0].1.contains("Second summary."), "{last:?}");
    assert!(!last.iter().any(|(_, text)| text.contains("First summary.")));
    assert!(
        recorded.observations()[3].contains("[1, 2]"),
        "{:?}",
        recorded.observations()
    );
}

#[tokio::test]
async fn missing_summary_is_noted_and_not_requested_again() {
    let threshold = opening_tokens().await + 1_200;
    let script = [
        &*shows("a", 400),
        &shows("b", 400),
        "<think>I will not.</think>",
        &shows("c", 400),
        "FINAL: 2",
    ];
    let (recorded, calls) = asked(&script, compaction(threshold)).await;
    assert_eq!((calls.len(), recorded.answer()), (5, "2"));
    assert_eq!(said(&calls[4]).len(), 6, "all turns are sent");
    let codes: Vec<&str> = recorded.result.notes.iter().map(|note| &*note.code).collect();
    assert_eq!(codes, ["no_summary"]);
}

#[tokio::test]
async fn program_variable_named_history_is_not_overwritten() {
    let threshold = opening_tokens().await + 1_200;
    let script = [
        "```repl\nhistory = 'mine'\nfor i in range(400): print('a', i)\n```",
        &shows("b", 400),
        "A summary.",
        "```repl\nFINAL(history)\n```",
    ];
    let (recorded, _) = asked(&script, compaction(threshold)).await;
    assert_eq!(recorded.answer(), "mine");
    assert_eq!(recorded.result.notes[0].code, "history_not_bound");
}

#[tokio::test]
async fn oldest_turns_beyond_the_token_limit_are_dropped_with_a_note() {
    let history = History {
        max_tokens: Some(opening_tokens().await + 1_200),
        ..History::default()
    };
    let (recorded, calls) = asked(
        &[&shows("a", 400), &shows("b", 400), &shows("c", 3), "FINAL: 2"],
        history,
    )
    .await;
    assert_eq!(said(&calls[1]).len(), 2);
    let third = said(&calls[2]);
    assert_eq!(third.len(), 2, "{third:?}");
    assert!(third[0].1.contains("b = 1"));
    assert_eq!(said(&calls[3]).len(), 4, "two turns fit");
    let codes: Vec<&str> = recorded.result.notes.iter().map(|note| &*note.code).collect();
    assert_eq!(codes, ["max_history_tokens_deprecated", "turns_left_out"]);
}

#[test]
fn invalid_compaction_thresholds_fail_at_build_time() {
    let built = |compaction: Compaction| {
        let history = History {
            compaction: Some(compaction),
            ..History::default()
        };
        Runner::builder(Arc::new(FakeModel::new(["FINAL: 2"])))
            .history(history)
            .build()
            .map(|_| ())
    };
    let said = |compaction| match built(compaction) {
        Err(error @ RunError::Setting { .. }) => format!("{error}; {}", error.hint()),
        _ => "it is taken".to_owned(),
    };
    let named = |name: &str| Compaction {
        model_name: Some(name.to_owned()),
        ..Compaction::default()
    };
    let share = |threshold_pct| Compaction {
        threshold_pct,
        model_context_limit: Some(100_000),
        ..Compaction::default()
    };
    insta::assert_snapshot!(
        [
            said(Compaction::default()),
            said(named("nobody-knows")),
            said(named("gpt-5.1")),
            said(named("openai:gpt-5.1")),
            said(share(0.0)),
            said(share(85.0)),
            said(share(f64::NAN)),
            said(share(0.5)),
        ]
        .join("\n")
    );
}

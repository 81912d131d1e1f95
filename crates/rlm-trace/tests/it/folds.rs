//! Tests of the folds over a journal: totals, tree, summary, replay index.

use std::fmt::Write as _;

use crate::support::*;
use insta::assert_snapshot;
use rlm_model::{Cost, ModelError, ModelErrorKind, Money, RunPath, Tokens};
use rlm_trace::*;

fn unissued(call: &str) -> Event {
    Event::Settled(Box::new(CallSettled {
        outcome: RecordedOutcome::Unissued(Unissued {
            code: "MaxSubcallsExceeded".into(),
            message: "the run may make 200 sub-calls".into(),
            error: None,
        }),
        cost: Cost::Known(Money::ZERO),
        elapsed: None,
        ..settled(call, "")
    }))
}

fn failed(call: &str) -> Event {
    Event::Settled(Box::new(CallSettled {
        outcome: RecordedOutcome::Failed(ModelError::new(ModelErrorKind::Server, "the server failed (500)")),
        cost: Cost::Known(Money::ZERO),
        ..settled(call, "")
    }))
}

#[test]
fn totals_sum_usage_and_cost() {
    let totals = Totals::of(&records(&a_run()));
    let spent = |calls, cached, each: u64| CallTotals {
        calls,
        cached,
        failed: 0,
        cancelled: 0,
        unissued: 0,
        usage: usage(30 * each, 4 * each),
        cost: Cost::Known(Money(7 * each)),
    };
    assert_eq!(
        totals,
        Totals {
            turns: 2,
            child_turns: 0,
            root: spent(2, 0, 2),
            sub: spent(2, 1, 1),
            host_requests: 0,
            failed_attempts: 1,
            in_doubt: InDoubt::default(),
            elapsed: Some(Millis(190)),
        }
    );
    assert_eq!(
        (totals.calls(), totals.usage(), totals.cost()),
        (4, usage(90, 12), Cost::Known(Money(21)))
    );
}

#[test]
fn recorded_totals_match_the_preceding_events() {
    let events = a_run();
    let (last, before) = events.split_last().unwrap();
    let Event::Outcome(outcome) = last else {
        panic!("{last:?}");
    };
    assert_eq!(outcome.totals, Totals::of(&records(before)));
}

#[test]
fn failed_and_unissued_calls_are_counted_separately() {
    let events = [
        issued("1.1.0", "a"),
        failed("1.1.0"),
        unissued("1.2.0"),
        unissued("1.3.0"),
    ];
    let sub = Totals::of(&records(&events)).sub;
    assert_eq!((sub.calls, sub.failed, sub.unissued, sub.usage), (1, 1, 2, usage(0, 0)));
}

#[test]
fn uncertain_call_counts_at_its_reservation() {
    let mut events = vec![
        issued("1.1.0", "a"),
        issued("1.2.0", "b"),
        Event::Settled(Box::new(settled("1.2.0", "x"))),
    ];
    let totals = Totals::of(&records(&events));
    let doubt = |calls: u64| InDoubt {
        calls,
        tokens: Tokens(calls * 1_124),
        cost: Cost::Known(Money(calls * 50)),
    };
    assert_eq!(totals.in_doubt, doubt(1));
    assert_eq!(totals.cost_at_most(), Cost::Known(Money(57)));

    // Issued again after a resume and settled. The usage of the first request is unknown.
    events.push(issued("1.1.0", "a"));
    assert_eq!(Totals::of(&records(&events)).in_doubt, doubt(2));
    events.push(Event::Settled(Box::new(settled("1.1.0", "y"))));
    assert_eq!(Totals::of(&records(&events)).in_doubt, doubt(1));
}

#[test]
fn unknown_price_makes_the_total_cost_unknown() {
    let unknown = CallSettled {
        cost: Cost::Unknown,
        ..settled("1.2.0", "x")
    };
    let events = [
        Event::Settled(Box::new(settled("1.1.0", "x"))),
        Event::Settled(Box::new(unknown)),
    ];
    assert_eq!(Totals::of(&records(&events)).cost(), Cost::Unknown);
}

#[test]
fn totals_saturate_instead_of_overflowing() {
    let huge = |call: &str| {
        let mut call = settled(call, "x");
        call.outcome = RecordedOutcome::Reply(rlm_model::Reply::new("x", usage(u64::MAX, u64::MAX)));
        call.cost = Cost::Known(Money(u64::MAX));
        Event::Settled(Box::new(call))
    };
    let totals = Totals::of(&records(&[
        huge("1.1.0"),
        huge("1.2.0"),
        huge("1.0.0"),
        turn_started(RunPath::default(), u32::MAX),
    ]));
    assert_eq!((totals.turns, totals.cost()), (u32::MAX, Cost::Known(Money(u64::MAX))));
    assert_eq!(totals.usage().total(), Tokens(u64::MAX));
}

/// Returns a tree as plain text, with all data that a renderer uses.
fn drawn(tree: &Tree<'_>) -> String {
    let mut text = String::new();
    for (path, run) in &tree.runs {
        let indent = "  ".repeat(path.depth());
        let outcome = run.outcome.map_or("no outcome", |outcome| &outcome.outcome);
        writeln!(
            text,
            "{indent}run {:?}: {outcome}, {}",
            path.0,
            shown(run.span.length())
        )
        .unwrap();
        for (number, turn) in &run.turns {
            writeln!(text, "{indent}turn {number}, {}", shown(turn.span.length())).unwrap();
            for (position, call) in &turn.calls {
                let kind = if position.ordinal == 0 { "root call" } else { "sub-call" };
                let state = match call.state() {
                    CallState::Open => "open".to_owned(),
                    CallState::Replied => "replied".to_owned(),
                    CallState::Failed(why) | CallState::Cancelled(why) | CallState::Unissued(why) => why.to_owned(),
                };
                let tokens = call
                    .tokens()
                    .map_or("-".to_owned(), |(input, output)| format!("{input}+{output} tokens"));
                let cost = call.cost().map_or("-".to_owned(), |cost| cost.to_string());
                let early = call.issued.is_some_and(|issued| issued.early);
                let bytes = call.issued.map_or(0, |issued| issued.messages.content_bytes());
                writeln!(
                    text,
                    "{indent}  {kind} {position}: {bytes} bytes, {state}, {}, {tokens}, {cost}, failed attempts {}, early {early}, reached {}",
                    shown(call.elapsed()),
                    call.failed_attempts.len(),
                    call.reached
                )
                .unwrap();
            }
            if let Some(program) = turn.program {
                let ran = turn
                    .ran
                    .map_or("not run".to_owned(), |ran| format!("{:?}, fuel {}", ran.end, ran.fuel));
                let lines = program.source.lines().count();
                writeln!(
                    text,
                    "{indent}  program: {lines} lines, {} diagnostics, {ran}",
                    program.diagnostics.len()
                )
                .unwrap();
            }
            for limit in &turn.limits {
                writeln!(text, "{indent}  limit: {}", limit.message).unwrap();
            }
            if let Some(value) = turn.final_value {
                writeln!(text, "{indent}  final: {}", value.value).unwrap();
            }
        }
    }
    text
}

fn shown(length: Option<Millis>) -> String {
    length.map_or("-".to_owned(), |length| length.to_string())
}

#[test]
fn run_tree_contains_everything_shown() {
    let records = records(&a_run());
    let tree = Tree::of(&records);
    assert_eq!(tree.started.unwrap().question, "Which node was full last?");
    assert_snapshot!(drawn(&tree), @r#"
    run []: complete, 180 ms
    turn 1, 40 ms
      root call 1.0.0: 104 bytes, replied, 50 ms, 30+4 tokens, $0.000007, failed attempts 0, early false, reached true
      program: 1 lines, 1 diagnostics, not run
    turn 2, 110 ms
      root call 2.0.0: 157 bytes, replied, 50 ms, 30+4 tokens, $0.000007, failed attempts 0, early false, reached true
      sub-call 2.1.0: 110 bytes, replied, 50 ms, 30+4 tokens, $0.000007, failed attempts 0, early false, reached true
      sub-call 2.2.0: 110 bytes, replied, 50 ms, 30+4 tokens, $0, failed attempts 1, early true, reached true
      program: 3 lines, 0 diagnostics, Final, fuel 1234
      final: node 9
    "#);
    let second = &tree.root().unwrap().turns[&2];
    assert_eq!(second.root_call().unwrap().issued.unwrap().id, id("2.0.0"));
    assert_eq!(second.sub_calls().count(), 2);
}

#[test]
fn child_runs_are_listed_under_their_call() {
    let limit = |run, turn| {
        Event::Limit(LimitHit {
            run,
            turn,
            name: "MaxStepsExceeded".into(),
            used: 11,
            allowed: 10,
            fuel: None,
            message: "the run may make 10 turns".into(),
        })
    };
    let events = [
        turn_started(RunPath::default(), 1),
        issued("1.1.0", "look into the first part"),
        turn_started(path("1.1.0"), 1),
        issued("1.1.0/1.0.0", "child"),
        Event::Settled(Box::new(settled("1.1.0/1.0.0", "rlm_query(part)"))),
        issued("1.1.0/1.3.2", "deeper"),
        turn_started(path("1.1.0/1.3.2"), 1),
        limit(path("1.1.0/1.3.2"), 1),
        failed("1.1.0/1.3.2"),
        unissued("1.2.0"),
    ];
    let records = records(&events);
    let tree = Tree::of(&records);
    assert_snapshot!(drawn(&tree), @r#"
    run []: no outcome, 90 ms
    turn 1, 90 ms
      sub-call 1.1.0: 24 bytes, open, -, -, -, failed attempts 0, early false, reached true
      sub-call 1.2.0: 0 bytes, the run may make 200 sub-calls, 0 ms, -, $0, failed attempts 0, early false, reached true
      run [Position { turn: 1, ordinal: 1, index: 0 }]: no outcome, 60 ms
      turn 1, 60 ms
        root call 1.0.0: 5 bytes, replied, 50 ms, 30+4 tokens, $0.000007, failed attempts 0, early false, reached true
        sub-call 1.3.2: 6 bytes, the server failed (500), 50 ms, -, $0, failed attempts 0, early false, reached true
        run [Position { turn: 1, ordinal: 1, index: 0 }, Position { turn: 1, ordinal: 3, index: 2 }]: no outcome, 10 ms
        turn 1, 10 ms
          limit: the run may make 10 turns
    "#);
    assert!(tree.started_by(&id("1.1.0/1.3.2")).unwrap().turns[&1].limits.len() == 1);
    assert!(tree.started_by(&id("1.2.0")).is_none());
    assert_eq!(Totals::of(&records).child_turns, 2);
}

#[test]
fn extremely_deep_runs_fold_without_recursion() {
    let deep = RunPath(vec![id("1.1.0").position; 100_000]);
    let records = records(&[turn_started(deep.clone(), 1)]);
    let tree = Tree::of(&records);
    assert!(tree.runs.contains_key(&deep));
    assert_eq!(canonical(&records).events.len(), 1);
}

#[test]
fn call_reissued_after_a_resume_starts_over() {
    let events = [issued("1.1.0", "a"), attempt_failed("1.1.0"), issued("1.1.0", "a")];
    let records = records(&events);
    let tree = Tree::of(&records);
    let call = &tree.root().unwrap().turns[&1].calls[&id("1.1.0").position];
    assert_eq!((call.state(), call.failed_attempts.len()), (CallState::Open, 0));
    assert_eq!(call.span.start, Some(Millis(30)));
}

#[test]
fn replay_index_finds_calls_with_request_and_outcome() {
    let events = a_run();
    let index = ReplayIndex::of(&records(&events));
    let ids: Vec<String> = index.iter().map(|(id, _)| id.to_string()).collect();
    assert_eq!(ids, ["1.0.0", "2.0.0", "2.1.0", "2.2.0"]);
    assert_eq!((index.len(), index.is_empty()), (4, false));
    for event in &events {
        if let Event::Issued(call) = event {
            assert_eq!(index.get(&call.id).unwrap().request_id, Some(call.request_id));
        }
    }
    let early = index.get(&id("2.2.0")).unwrap();
    assert_eq!(early.outcome.as_ref().unwrap().reply().unwrap().text, "node 9");
    assert_eq!((early.cached, early.cost), (true, Some(Cost::Known(Money::ZERO))));
    assert_eq!(index.in_doubt().count(), 0);
    assert_eq!(index.get(&id("7.0.0")), None);
}

#[test]
fn replay_index_knows_uncertain_and_unsent_calls() {
    let events = [issued("1.2.0", "b"), issued("1.1.0", "a"), unissued("1.3.0")];
    let index = ReplayIndex::of(&records(&events));
    assert_eq!(index.in_doubt().collect::<Vec<_>>(), [&id("1.1.0"), &id("1.2.0")]);
    let never = index.get(&id("1.3.0")).unwrap();
    assert_eq!(never.request_id, None);
    assert_eq!(
        never.outcome.as_ref().unwrap().failure(),
        Some("the run may make 200 sub-calls")
    );
}

#[test]
fn run_summary_has_question_answer_and_totals() {
    let summary = Summary::of(&records(&a_run()));
    let started = summary.started.as_ref().unwrap();
    assert_eq!(
        (started.question.as_str(), started.templates.len()),
        ("Which node was full last?", 0)
    );
    assert_eq!(summary.root_model().unwrap().identity, model());
    let ended = summary.ended.as_ref().unwrap();
    assert_eq!(
        (ended.outcome.as_str(), ended.answer.as_deref()),
        ("complete", Some("node 9"))
    );
    assert_eq!(summary.totals.calls(), 4);
}

#[test]
fn last_outcome_counts_unless_the_run_was_resumed() {
    let partial = || ended("partial", None, Totals::default());
    let mut child = ended("complete", None, Totals::default());
    if let Event::Outcome(ended) = &mut child {
        ended.run = path("1.1.0");
    }
    let outcome_of = |events: &[Event]| {
        let records = records(events);
        let outcome = outcome(&records).cloned();
        assert_eq!(Summary::of(&records).ended, outcome);
        outcome.map(|ended| ended.outcome.to_string())
    };
    assert_eq!(
        outcome_of(&[child.clone()]),
        None,
        "a child's outcome is not the run's outcome"
    );
    assert_eq!(outcome_of(&[partial(), child]).as_deref(), Some("partial"));
    let mut events = vec![partial(), turn_started(RunPath::default(), 2)];
    assert_eq!(outcome_of(&events), None);
    events.push(ended("complete", None, Totals::default()));
    assert_eq!(outcome_of(&events).as_deref(), Some("complete"));
}

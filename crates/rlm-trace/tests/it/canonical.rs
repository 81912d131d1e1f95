//! Tests that equal runs have equal canonical forms, whatever the order of their replies.

use crate::support::*;
use insta::assert_snapshot;
use proptest::collection::vec;
use proptest::prelude::*;
use rlm_model::{Cost, Money, RunPath};
use rlm_trace::*;

/// Returns the kinds and places of a canonical form, one per line.
fn outline(canonical: &Canonical) -> String {
    let line = |event: &JsonObject| {
        let text = |field: &str| {
            event
                .get(field)
                .map(|value| format!(" {field}={value}"))
                .unwrap_or_default()
        };
        format!(
            "{}{}{}{}",
            event["kind"].as_str().unwrap(),
            text("run"),
            text("turn"),
            text("id")
        )
    };
    canonical.events.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn canonical_order_matches_a_sequential_run() {
    assert_snapshot!(outline(&canonical(&records(&a_run()))), @r#"
    run_started
    turn_started turn=1
    issued id="1.0.0"
    settled id="1.0.0"
    program_checked turn=1
    observation turn=1
    turn_started turn=2
    issued id="2.0.0"
    settled id="2.0.0"
    program_checked turn=2
    issued id="2.1.0"
    settled id="2.1.0"
    issued id="2.2.0"
    settled id="2.2.0"
    program_ran turn=2
    final turn=2
    outcome
    "#);
}

#[test]
fn canonical_order_places_a_child_run_between_call_and_reply() {
    let done = |call: &str| Event::Settled(Box::new(settled(call, "x")));
    let events = [
        turn_started(RunPath::default(), 1),
        issued("1.1.0", "a"),
        issued("1.2.0", "b"),
        done("1.2.0"),
        turn_started(path("1.1.0"), 1),
        issued("1.1.0/1.0.0", "c"),
        turn_started(RunPath::default(), 2),
        done("1.1.0/1.0.0"),
        turn_started(path("1.1.0"), 2),
        done("1.1.0"),
    ];
    assert_snapshot!(outline(&canonical(&records(&events))), @r#"
    turn_started turn=1
    issued id="1.1.0"
    turn_started run="1.1.0" turn=1
    issued id="1.1.0/1.0.0"
    settled id="1.1.0/1.0.0"
    turn_started run="1.1.0" turn=2
    settled id="1.1.0"
    issued id="1.2.0"
    settled id="1.2.0"
    turn_started turn=2
    "#);
}

#[test]
fn canonical_form_omits_incidental_fields() {
    let text = canonical(&records(&a_run()))
        .events
        .iter()
        .map(|event| format!("{event:?}"))
        .collect::<String>();
    for accident in [
        "elapsed", "cached", "cost", "early", "reserved", "totals", "attempt", "run", "started",
    ] {
        assert!(!text.contains(&format!("\"{accident}\"")), "{accident}");
    }
}

#[test]
fn canonical_form_omits_unreached_calls_and_their_child_runs() {
    let mut events = a_run();
    let expected = canonical(&records(&events));
    let mut bet = match issued("2.3.0", "a bet") {
        Event::Issued(call) => call,
        other => panic!("{other:?}"),
    };
    bet.early = true;
    let lost = [
        Event::Issued(bet),
        turn_started(path("2.3.0"), 1),
        issued("2.3.0/1.0.0", "child"),
        Event::Settled(Box::new(settled("2.3.0", "lost"))),
    ];
    let at = events.len() - 3;
    events.splice(at..at, lost);
    assert_eq!(canonical(&records(&events)), expected);
    events.insert(at, Event::Reached(CallReached { id: id("2.3.0") }));
    assert_eq!(canonical(&records(&events)).events.len(), expected.events.len() + 4);
}

#[test]
fn first_difference_of_two_runs_is_named() {
    let run = canonical(&records(&a_run()));
    let changed = |change: &dyn Fn(&mut Vec<Event>)| {
        let mut events = a_run();
        change(&mut events);
        let other = canonical(&records(&events));
        assert_ne!(run.digest(), other.digest());
        run.first_difference(&other).unwrap().to_string()
    };
    let reply = changed(&|events| {
        let Some(Event::Settled(call)) = events.get_mut(14) else {
            panic!("expected a reply");
        };
        call.outcome = settled("2.1.0", "node 7").outcome;
    });
    let shorter = changed(&|events| events.truncate(18));
    let more = changed(&|events| events.insert(6, turn_started(path("1.1.0"), 3)));
    let print = changed(&|events| {
        let Some(Event::ProgramRan(ran)) = events.get_mut(16) else {
            panic!("expected a program");
        };
        ran.fuel += 1;
    });
    assert_snapshot!([reply, shorter, more, print].join("\n"), @r#"
    the runs diverge at settled 2.1.0 (outcome.reply.text)
    the runs diverge at outcome (only in one of them)
    the runs diverge at turn_started 1.1.0/3 (only in one of them)
    the runs diverge at program_ran 2 (fuel)
    "#);
    assert_eq!(run.first_difference(&run.clone()), None);
}

/// The random differences between two equal runs for one call: its timing, attempts and cache use.
#[derive(Debug, Clone)]
struct Accident {
    when: u32,
    early: bool,
    attempts: u8,
    cached: bool,
    elapsed: u64,
}

fn any_accident() -> impl Strategy<Value = Accident> {
    (any::<u32>(), any::<bool>(), 0_u8..3, any::<bool>(), any::<u64>()).prop_map(
        |(when, early, attempts, cached, elapsed)| Accident {
            when,
            early,
            attempts,
            cached,
            elapsed,
        },
    )
}

/// Returns a run with one turn per entry. A turn has as many calls as its entry, in the order of
/// the accidents.
fn run_with(turns: &[Vec<Accident>]) -> Vec<Record> {
    let mut events = vec![run_started()];
    for (turn, accidents) in (1_u32..).zip(turns) {
        events.push(turn_started(RunPath::default(), turn));
        let mut happened: Vec<(u64, Event)> = Vec::new();
        for (ordinal, accident) in (1_u32..).zip(accidents) {
            let call = format!("{turn}.{ordinal}.0");
            let Event::Issued(mut issue) = issued(&call, &format!("prompt {call}")) else {
                panic!("expected an issued call");
            };
            issue.early = accident.early;
            let issue_time = u64::from(accident.when) / 2;
            happened.push((issue_time, Event::Issued(issue)));
            for _ in 0..accident.attempts {
                happened.push((issue_time + 1, attempt_failed(&call)));
            }
            let reply = CallSettled {
                cached: accident.cached,
                cost: Cost::Known(Money(accident.elapsed % 100)),
                elapsed: Some(Millis(accident.elapsed)),
                ..settled(&call, &format!("reply {call}"))
            };
            let settle_time = issue_time + 2 + accident.elapsed % 1_000_000_000;
            happened.push((settle_time, Event::Settled(Box::new(reply))));
            if accident.early {
                happened.push((settle_time + 1, Event::Reached(CallReached { id: id(&call) })));
            }
        }
        happened.sort_by_key(|(time, _)| *time);
        events.extend(happened.into_iter().map(|(_, event)| event));
        events.push(Event::Observation(Observation {
            run: RunPath::default(),
            turn,
            text: format!("turn {turn}"),
        }));
    }
    events.push(ended("complete", Some("x"), Totals::of(&records(&events))));
    records(&events)
}

proptest! {
    #[test]
    fn canonical_form_does_not_depend_on_the_order_of_completion(
        turns in vec(vec((any_accident(), any_accident()), 0..6), 1..4),
    ) {
        let pick = |second: bool| -> Vec<Vec<Accident>> {
            let turn = |turn: &Vec<(Accident, Accident)>| {
                turn.iter().map(|(a, b)| if second { b.clone() } else { a.clone() }).collect()
            };
            turns.iter().map(turn).collect()
        };
        let (one, other) = (canonical(&run_with(&pick(false))), canonical(&run_with(&pick(true))));
        prop_assert_eq!(one.first_difference(&other), None);
        prop_assert_eq!(&one, &other);
        prop_assert_eq!(one.digest(), other.digest());
        let calls: usize = turns.iter().map(Vec::len).sum();
        prop_assert_eq!(one.events.len(), 2 + 2 * turns.len() + 2 * calls, "nothing was lost");
    }
}

//! Tests of each rule of the ledger.

use std::time::Duration;

use insta::assert_snapshot;
use rlm_model::{CallId, Cost, Money, Tokens};
use rlm_policy::{
    Amount, Decision, FailedAttempt, GrantId, Ledger, LedgerError, LimitReached, Limits, Overrun, Remaining, Share,
    Spend,
};

const ROOT: GrantId = GrantId::ROOT;

fn call(ordinal: u32) -> CallId {
    CallId::root(1, ordinal, 0)
}

/// Returns the amount of a sub-call of at most `tokens` tokens, at one micro-dollar each.
fn at_most(tokens: u64) -> Amount {
    Amount {
        calls: 1,
        input_tokens: Tokens(tokens),
        output_tokens: Tokens(0),
        cost: Cost::Known(Money(tokens)),
    }
}

fn used(tokens: u64) -> Spend {
    at_most(tokens).as_spend()
}

fn tokens(limit: u64) -> Ledger {
    Ledger::new(&Limits {
        tokens: Some(Tokens(limit)),
        ..Limits::default()
    })
}

fn decide(ledger: &mut Ledger, ordinal: u32, amount: Amount) -> Decision {
    ledger.reserve(ROOT, &call(ordinal), amount).unwrap().decision
}

fn refusal(decision: &Decision) -> String {
    match decision {
        Decision::Refused(limit) => limit.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn reservation_waits_until_calls_in_flight_leave_enough_budget() {
    let mut ledger = tokens(100);
    assert_eq!(decide(&mut ledger, 1, at_most(80)), Decision::Granted);
    assert_eq!(decide(&mut ledger, 2, at_most(80)), Decision::Waits);
    assert_eq!(
        decide(&mut ledger, 3, at_most(20)),
        Decision::Waits,
        "the third reservation must not overtake the second"
    );
    let settlement = ledger.settle(&call(1), used(10)).unwrap();
    assert_eq!(settlement.decided, [(call(2), Decision::Granted)]);
    let settlement = ledger.settle(&call(2), used(70)).unwrap();
    assert_eq!(settlement.decided, [(call(3), Decision::Granted)]);
}

#[test]
fn unaffordable_call_is_refused_and_a_smaller_later_one_granted() {
    let mut ledger = tokens(100);
    assert_eq!(decide(&mut ledger, 1, at_most(80)), Decision::Granted);
    assert_eq!(decide(&mut ledger, 2, at_most(80)), Decision::Waits);
    assert_eq!(decide(&mut ledger, 3, at_most(30)), Decision::Waits);
    let settlement = ledger.settle(&call(1), used(70)).unwrap();
    let [(second, refused), third] = settlement.decided.as_slice() else {
        panic!("{settlement:?}")
    };
    assert_eq!((second, third), (&call(2), &(call(3), Decision::Granted)));
    assert_snapshot!(refusal(refused), @"MaxTokensExceeded: 70 of 100 tokens are used; this call may use up to 80 more");
}

#[test]
fn every_amount_limit_refuses_with_its_name() {
    let limits = Limits {
        subcalls: 1,
        cost: Some(Money(100)),
        ..Limits::default()
    };
    let mut ledger = Ledger::new(&limits);
    assert_snapshot!(refusal(&decide(&mut ledger, 1, at_most(101))), @"CostExceeded: $0 of $0.0001 is spent; this call may cost up to $0.00011 more");
    let unpriced = Amount {
        cost: Cost::Unknown,
        ..at_most(1)
    };
    assert_snapshot!(refusal(&decide(&mut ledger, 1, unpriced)), @"PriceUnknown: the model has no known price, so the cost limit of $0.0001 can't be enforced");
    assert_eq!(decide(&mut ledger, 1, at_most(50)), Decision::Granted);
    assert_eq!(ledger.settle(&call(1), used(50)).unwrap().decided, []);
    assert_snapshot!(refusal(&decide(&mut ledger, 2, at_most(1))), @"MaxSubcallsExceeded: 1 of 1 sub-calls are used; this needs 1 more");
    let root_model = Amount {
        calls: 0,
        ..at_most(50)
    };
    assert_eq!(
        decide(&mut ledger, 3, root_model),
        Decision::Granted,
        "a root call counts as a step instead"
    );
}

#[test]
fn unknown_price_is_counted_and_allowed_without_cost_limits() {
    let mut ledger = Ledger::new(&Limits::default());
    let unpriced = Amount {
        cost: Cost::Unknown,
        ..at_most(u64::MAX)
    };
    assert_eq!(decide(&mut ledger, 1, unpriced), Decision::Granted);
    assert_eq!(decide(&mut ledger, 2, unpriced), Decision::Granted);
    let spend = Spend {
        cost: Money::ZERO,
        unpriced: 1,
        ..used(5)
    };
    assert_eq!(ledger.settle(&call(1), spend).unwrap().decided, []);
    assert_eq!(ledger.settle(&call(2), used(5)).unwrap().decided, []);
    assert_eq!(ledger.spent().total_cost(), Cost::Unknown);
    assert_eq!(ledger.spent().cost, Money(5));
}

#[test]
fn depth_limit_bounds_sub_call_nesting() {
    let ledger = |depth| {
        Ledger::new(&Limits {
            depth,
            ..Limits::default()
        })
    };
    assert_snapshot!(refusal(&decide(&mut ledger(0), 1, at_most(1))), @"MaxRecursionExceeded: sub-calls at depth 1 exceed the maximum depth of 0");
    assert_eq!(decide(&mut ledger(1), 1, at_most(1)), Decision::Granted);
    let opening = ledger(1).open(ROOT, &call(1), Share::percent(50)).unwrap();
    assert_snapshot!(refusal(&opening.decision), @"MaxRecursionExceeded: sub-calls at depth 2 exceed the maximum depth of 1");
    let mut deep = ledger(2);
    let child = deep.open(ROOT, &call(1), Share::percent(50)).unwrap();
    assert_eq!(child.decision, Decision::Granted);
    let inner = "1.1.0/1.1.0".parse().unwrap();
    assert_eq!(
        deep.reserve(child.grant, &inner, at_most(1)).unwrap().decision,
        Decision::Granted
    );
}

#[test]
fn steps_are_counted_for_each_run() {
    let limits = Limits {
        steps: 1,
        child_steps: 2,
        depth: 2,
        ..Limits::default()
    };
    let mut ledger = Ledger::new(&limits);
    let child = ledger.open(ROOT, &call(1), Share::WHOLE).unwrap().grant;
    for (grant, limit) in [(ROOT, 1), (child, 2)] {
        for _ in 0..limit {
            assert_eq!(ledger.begin_step(grant), Ok(Decision::Granted));
        }
        let refused = Decision::Refused(LimitReached::MaxStepsExceeded { limit });
        assert_eq!(ledger.begin_step(grant), Ok(refused));
    }
}

#[test]
fn deepest_run_of_a_chain_can_still_make_a_call() {
    let limits = Limits {
        subcalls: 20,
        depth: 10,
        ..Limits::default()
    };
    let mut ledger = Ledger::new(&limits);
    let (mut grant, mut id) = (ROOT, call(1));
    for depth in 1..10 {
        let opening = ledger.open(grant, &id, Share::percent(25)).unwrap();
        assert_eq!(opening.decision, Decision::Granted, "at depth {depth}");
        grant = opening.grant;
        id = format!("{id}/1.1.0").parse().unwrap();
    }
    let last = ledger.reserve(grant, &id, at_most(1)).unwrap();
    assert_eq!(last.decision, Decision::Granted);
    assert_eq!(ledger.spent().calls, 9, "each start of a run counts as a call");
}

#[test]
fn child_sub_budget_is_a_share_of_the_parents_and_is_returned() {
    let limits = Limits {
        subcalls: 10,
        depth: 2,
        tokens: Some(Tokens(1_000)),
        ..Limits::default()
    };
    let mut ledger = Ledger::new(&limits);
    assert_eq!(decide(&mut ledger, 1, at_most(300)), Decision::Granted);
    assert_eq!(ledger.settle(&call(1), used(300)).unwrap().decided, []);
    let opening = ledger.open(ROOT, &call(2), Share::percent(40)).unwrap();
    assert_eq!(opening.decision, Decision::Granted);
    let child = opening.grant;
    let expected = Remaining {
        retries: 200,
        steps: 10,
        calls: 3,
        tokens: Some(Tokens(400)),
        subcall_tokens: None,
        input_tokens: None,
        output_tokens: None,
        cost: None,
        seconds: Some(300),
    };
    assert_eq!(
        ledger.remaining(child),
        Ok(expected),
        "the start of the child run counts as a sub-call"
    );
    let next = ledger.open(ROOT, &call(3), Share::percent(40)).unwrap();
    assert_eq!(next.decision, Decision::Waits, "400 are reserved and 300 spent");
    assert_eq!(
        ledger.begin_step(next.grant),
        Err(LedgerError::UnknownGrant { grant: next.grant })
    );

    let inner: CallId = "1.2.0/1.1.0".parse().unwrap();
    assert_eq!(
        ledger.reserve(child, &inner, at_most(400)).unwrap().decision,
        Decision::Granted
    );
    assert_eq!(
        ledger.close(child),
        Err(LedgerError::Unsettled { grant: child, calls: 1 })
    );
    assert_eq!(ledger.settle(&inner, used(150)).unwrap().decided, []);
    assert_eq!(ledger.close(child), Ok(vec![(call(3), Decision::Granted)]));
    assert_eq!(ledger.remaining(next.grant).unwrap().tokens, Some(Tokens(400)));
    assert_eq!(ledger.spent_by(child), used(150).plus(Spend::calls_only(1)));
    assert_eq!(ledger.spent().tokens(), Tokens(450));
    assert_eq!(ledger.spent().calls, 4, "two plain calls and two starts of runs");
    assert_eq!(ledger.close(child), Err(LedgerError::UnknownGrant { grant: child }));
}

#[test]
fn announced_call_blocks_later_calls_up_to_its_bound() {
    let mut ledger = tokens(100);
    ledger.announce(ROOT, &call(1), at_most(60)).unwrap();
    assert_eq!(decide(&mut ledger, 2, at_most(40)), Decision::Granted);
    assert_eq!(decide(&mut ledger, 3, at_most(40)), Decision::Waits);
    let reserved = ledger.reserve(ROOT, &call(1), at_most(20)).unwrap();
    assert_eq!(reserved.decision, Decision::Granted);
    assert_eq!(reserved.others, [(call(3), Decision::Granted)]);

    let mut ledger = tokens(100);
    ledger.announce(ROOT, &call(1), Amount::unknown(1)).unwrap();
    assert_eq!(decide(&mut ledger, 2, at_most(40)), Decision::Waits);
    assert_eq!(ledger.cancel(&call(1)).unwrap().decided, [(call(2), Decision::Granted)]);

    let mut unlimited = Ledger::new(&Limits::default());
    unlimited.announce(ROOT, &call(1), Amount::unknown(1)).unwrap();
    assert_eq!(decide(&mut unlimited, 2, at_most(40)), Decision::Granted);
}

#[test]
fn cancelled_call_is_refunded_and_abandoned_call_is_not() {
    let mut ledger = tokens(100);
    for (ordinal, decision) in [(1, Decision::Granted), (2, Decision::Waits), (3, Decision::Waits)] {
        assert_eq!(decide(&mut ledger, ordinal, at_most(60)), decision);
    }
    assert_eq!(ledger.cancel(&call(1)).unwrap().decided, [(call(2), Decision::Granted)]);
    let settlement = ledger.abandon(&call(2)).unwrap();
    assert_snapshot!(refusal(&settlement.decided[0].1), @"MaxTokensExceeded: 60 of 100 tokens are used; this call may use up to 60 more");
    assert_eq!((ledger.spent(), ledger.doubtful()), (used(60), used(60)));
    assert_eq!(ledger.cancel(&call(3)), Err(LedgerError::UnknownCall { id: call(3) }));
}

#[test]
fn retry_is_reserved_again_and_the_failed_attempt_counts_as_spent() {
    let mut ledger = tokens(100);
    assert_eq!(decide(&mut ledger, 1, at_most(40)), Decision::Granted);
    assert_eq!(decide(&mut ledger, 2, at_most(40)), Decision::Granted);
    let again = ledger
        .reserve_again(&call(1), FailedAttempt::Unknown, at_most(40))
        .unwrap();
    assert_eq!(
        again.decision,
        Decision::Waits,
        "the second call may leave enough budget"
    );
    assert_eq!(
        ledger.settle(&call(2), used(10)).unwrap().decided,
        [(call(1), Decision::Granted)]
    );
    let again = ledger
        .reserve_again(&call(1), FailedAttempt::Unknown, at_most(40))
        .unwrap();
    assert_snapshot!(refusal(&again.decision), @"MaxTokensExceeded: 90 of 100 tokens are used; this call may use up to 40 more");
    assert_eq!(ledger.settle(&call(1), Spend::calls_only(1)).unwrap().decided, []);
    assert_eq!(ledger.spent(), Spend { calls: 2, ..used(90) });
    assert_eq!(ledger.doubtful(), Spend { calls: 0, ..used(80) });
    assert_eq!(ledger.reserved(ROOT), Ok(Spend::default()));
}

#[test]
fn failed_attempt_with_reported_usage_refunds_the_rest() {
    let mut ledger = tokens(100);
    assert_eq!(decide(&mut ledger, 1, at_most(60)), Decision::Granted);
    assert_eq!(decide(&mut ledger, 2, at_most(30)), Decision::Granted);
    assert_eq!(decide(&mut ledger, 3, at_most(40)), Decision::Waits);
    let failed = FailedAttempt::Used(used(10));
    let again = ledger.reserve_again(&call(1), failed, at_most(20)).unwrap();
    assert_eq!(again.decision, Decision::Granted);
    assert_eq!(again.others, [(call(3), Decision::Granted)]);
    assert_eq!(ledger.settle(&call(1), used(5)).unwrap().decided, []);
    assert_eq!((ledger.spent(), ledger.doubtful()), (used(15), Spend::default()));

    let above = FailedAttempt::Used(used(41));
    let again = ledger.reserve_again(&call(3), above, at_most(1)).unwrap();
    assert!(
        refusal(&again.decision).starts_with("ReservationOverrun: call 1.3.0"),
        "{again:?}"
    );
}

#[test]
fn two_calls_waiting_to_retry_do_not_deadlock() {
    let mut ledger = tokens(100);
    assert_eq!(decide(&mut ledger, 1, at_most(50)), Decision::Granted);
    assert_eq!(decide(&mut ledger, 2, at_most(50)), Decision::Granted);
    assert_eq!(
        ledger
            .reserve_again(&call(2), FailedAttempt::Unknown, at_most(50))
            .unwrap()
            .decision,
        Decision::Waits
    );
    let again = ledger
        .reserve_again(&call(1), FailedAttempt::Unknown, at_most(50))
        .unwrap();
    assert!(matches!(again.decision, Decision::Refused(_)), "{again:?}");
    let [(second, Decision::Refused(_))] = again.others.as_slice() else {
        panic!("{again:?}")
    };
    assert_eq!(second, &call(2));
}

#[test]
fn usage_above_the_reservation_stops_issuing_if_limited() {
    let mut ledger = tokens(100);
    assert_eq!(decide(&mut ledger, 1, at_most(50)), Decision::Granted);
    assert_eq!(decide(&mut ledger, 2, at_most(60)), Decision::Waits);
    let settlement = ledger.settle(&call(1), used(51)).unwrap();
    let overrun = Overrun {
        call: call(1),
        reserved: used(50),
        spent: used(51),
    };
    assert_eq!(settlement.overrun, Some(overrun.clone()));
    assert_eq!(ledger.overruns(), [overrun]);
    assert_snapshot!(refusal(&settlement.decided[0].1), @"ReservationOverrun: call 1.1.0 used 51 tokens ($0.000051), more than the reserved 50 tokens ($0.00005); no further calls are made");
    assert_eq!(decide(&mut ledger, 3, at_most(1)), settlement.decided[0].1);
    assert_eq!(ledger.begin_step(ROOT).as_ref(), Ok(&settlement.decided[0].1));

    let mut unlimited = Ledger::new(&Limits::default());
    assert_eq!(decide(&mut unlimited, 1, at_most(50)), Decision::Granted);
    assert!(unlimited.settle(&call(1), used(51)).unwrap().overrun.is_some());
    assert_eq!(
        decide(&mut unlimited, 2, at_most(1)),
        Decision::Granted,
        "there is no limit"
    );
}

#[test]
fn deadline_refuses_all_waiting_calls_in_every_run() {
    let limits = Limits {
        depth: 2,
        tokens: Some(Tokens(100)),
        ..Limits::default()
    };
    let mut ledger = Ledger::new(&limits);
    let child = ledger.open(ROOT, &call(1), Share::percent(50)).unwrap().grant;
    assert_eq!(decide(&mut ledger, 2, at_most(60)), Decision::Waits);
    let [first, second] = ["1.1.0/1.1.0", "1.1.0/1.2.0"].map(|id| id.parse::<CallId>().unwrap());
    assert_eq!(
        ledger.reserve(child, &first, at_most(50)).unwrap().decision,
        Decision::Granted
    );
    assert_eq!(
        ledger.reserve(child, &second, at_most(50)).unwrap().decision,
        Decision::Waits
    );
    assert_eq!(ledger.elapsed(Duration::from_millis(299_999)), []);
    assert_eq!(ledger.remaining(ROOT).unwrap().seconds, Some(0));
    let reason = LimitReached::DeadlineExceeded {
        limit_seconds: 300,
        elapsed_seconds: 300,
    };
    let refused = Decision::Refused(reason.clone());
    let decided = ledger.elapsed(Duration::from_secs(300));
    assert_eq!(decided, [(call(2), refused.clone()), (second, refused.clone())]);
    assert_eq!(ledger.elapsed(Duration::from_secs(301)), []);
    assert_eq!(ledger.stopped(), Some(&reason));
    assert_eq!(
        ledger.settle(&first, used(5)).unwrap().decided,
        [],
        "calls in flight may still settle"
    );
    assert_eq!(ledger.close(child), Ok(vec![]));
    assert_eq!(ledger.open(ROOT, &call(3), Share::WHOLE).unwrap().decision, refused);
}

#[test]
fn out_of_order_ledger_operations_name_the_call() {
    let mut ledger = tokens(100);
    assert_eq!(decide(&mut ledger, 1, at_most(60)), Decision::Granted);
    assert_eq!(decide(&mut ledger, 2, at_most(60)), Decision::Waits);
    let errors = [
        ledger.reserve(ROOT, &call(1), at_most(1)).unwrap_err(),
        ledger.announce(ROOT, &call(1), at_most(1)).unwrap_err(),
        ledger.settle(&call(2), used(1)).unwrap_err(),
        ledger
            .reserve_again(&call(2), FailedAttempt::Unknown, at_most(1))
            .unwrap_err(),
        ledger.abandon(&call(9)).unwrap_err(),
        ledger.close(ROOT).unwrap_err(),
    ];
    let shown: Vec<String> = errors
        .iter()
        .map(|error| format!("{} — {error}", error.code()))
        .collect();
    assert_snapshot!(shown.join("\n"));
    assert_eq!(
        ledger.settle(&call(1), used(1)).unwrap().decided,
        [(call(2), Decision::Granted)]
    );
}

#[test]
fn reserve_outlasts_the_budget_and_is_returned() {
    let mut ledger = tokens(1_000);
    let answer = Amount {
        calls: 0,
        ..at_most(250)
    };
    let nothing = Amount { calls: 0, ..at_most(0) };
    ledger.withhold(ROOT, &answer, &nothing, Share::percent(10)).unwrap();
    assert_eq!(
        ledger.remaining(ROOT).unwrap().tokens,
        Some(Tokens(900)),
        "no more than its share"
    );
    assert_eq!(decide(&mut ledger, 1, at_most(850)), Decision::Granted);
    let _ = ledger.settle(&call(1), used(850)).unwrap();
    let refused = decide(&mut ledger, 2, at_most(100));
    assert_snapshot!(refusal(&refused), @"MaxTokensExceeded: 850 of 1000 tokens are used, 100 reserved for a best-effort answer; this call may use up to 100 more");

    let short = Amount {
        calls: 0,
        ..at_most(150)
    };
    assert!(!ledger.can_pay(ROOT, &short));
    ledger.withhold(ROOT, &answer, &nothing, Share::percent(0)).unwrap();
    assert!(ledger.can_pay(ROOT, &short));
    assert!(!ledger.can_pay(ROOT, &at_most(151)));
    ledger.withhold(ROOT, &answer, &nothing, Share::percent(50)).unwrap();
    assert_eq!(
        ledger.remaining(ROOT).unwrap().tokens,
        Some(Tokens(0)),
        "at most the remaining budget"
    );

    let mut ledger = tokens(1_000);
    for (least, left) in [(200, 800), (500, 750), (501, 1_000)] {
        let least = Amount {
            calls: 0,
            ..at_most(least)
        };
        ledger.withhold(ROOT, &answer, &least, Share::percent(10)).unwrap();
        let tokens = ledger.remaining(ROOT).unwrap().tokens;
        assert_eq!(
            tokens,
            Some(Tokens(left)),
            "the minimum, at most the answer's size; nothing if it exceeds half of the grant"
        );
    }

    let mut unlimited = Ledger::new(&Limits::default());
    unlimited.withhold(ROOT, &answer, &nothing, Share::WHOLE).unwrap();
    assert_eq!(unlimited.remaining(ROOT).unwrap().tokens, None);
}

#[test]
fn grace_period_starts_after_the_deadline_and_expires() {
    let mut ledger = Ledger::new(&Limits {
        seconds: Some(10),
        ..Limits::default()
    });
    ledger.grant_grace(Duration::from_secs(60));
    ledger.elapsed(Duration::from_secs(12));
    assert!(
        matches!(ledger.stopped(), Some(LimitReached::DeadlineExceeded { .. })),
        "there was time left at that point"
    );
    ledger.grant_grace(Duration::from_secs(5));
    assert_eq!(ledger.stopped(), None);
    ledger.elapsed(Duration::from_secs(16));
    assert_eq!(decide(&mut ledger, 1, at_most(1)), Decision::Granted);
    ledger.elapsed(Duration::from_secs(17));
    assert!(matches!(decide(&mut ledger, 2, at_most(1)), Decision::Refused(_)));
}

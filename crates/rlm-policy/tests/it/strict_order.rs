//! Tests that decisions equal those of sequential execution, in whatever order calls settle.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use rlm_fuzzing::generators::{Call, Spending, SpendingStep, any_limits, any_overspending, any_spending};
use rlm_fuzzing::oracles::policy;
use rlm_model::{Cost, Money, Tokens};
use rlm_policy::{Amount, Limits};

fn picks() -> impl Strategy<Value = Vec<u16>> {
    vec(any::<u16>(), 1..64)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn refusals_and_spend_match_sequential_order(limits in any_limits(), program in any_spending(0..1), picks in picks()) {
        policy::order_decides_nothing(&limits, &program, picks);
    }

    #[test]
    fn limits_hold_regardless_of_failed_attempts(limits in any_limits(), program in any_spending(0..4), picks in picks()) {
        policy::no_limit_is_overshot(&limits, &program, picks);
    }

    #[test]
    fn overrunning_call_stops_all_issuing(limits in any_limits(), program in any_overspending(), picks in picks()) {
        policy::an_overrun_ends_all(&limits, &program, picks);
    }
}

/// A budget of 1.2 times the actual cost answers every call, although the bounds of the calls are
/// far above it.
#[test]
fn worst_case_bounds_do_not_refuse_affordable_calls() {
    let call = Call {
        at_most: Amount {
            calls: 1,
            input_tokens: Tokens(100),
            output_tokens: Tokens(4_096),
            cost: Cost::Known(Money(4_196)),
        },
        least: None,
        percent_used: 4,
        announced: false,
        failing_attempts: 0,
        price: 1,
        fallback: None,
    };
    let limits = Limits {
        subcalls: 500,
        cost: Some(Money(500 * 167 * 12 / 10)),
        ..Limits::default()
    };
    // Everything is issued before any call settles.
    let world = Spending::run(&limits, &vec![SpendingStep::Call(call); 500], |choices| choices - 1);
    assert_eq!(world.refused, BTreeMap::new());
    assert_eq!(world.spent().cost, Money(83_500));
}

//! Whatever order calls settle in, the decisions are those of a run that makes one call at a time.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rlm_fuzzing::generators::{Call, Spending, SpendingStep, any_limits, any_spending, by_picks};
use rlm_model::{Cost, Money, Tokens};
use rlm_policy::{Amount, Limits, Spend};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn refusals_and_spend_are_those_of_one_call_at_a_time(
        limits in any_limits(),
        program in any_spending(0..1),
        picks in prop::collection::vec(any::<u16>(), 1..64),
    ) {
        let strict = Spending::run(&limits, &program, |_| 0);
        let parallel = Spending::run(&limits, &program, by_picks(picks));
        prop_assert_eq!(&parallel.refused, &strict.refused);
        prop_assert_eq!(parallel.spent(), strict.spent());
    }

    #[test]
    fn no_limit_is_overshot_however_many_attempts_fail(
        limits in any_limits(),
        program in any_spending(0..4),
        picks in prop::collection::vec(any::<u16>(), 1..64),
    ) {
        let world = Spending::run(&limits, &program, by_picks(picks));
        let spent = world.spent();
        prop_assert!(limits.tokens.is_none_or(|most| spent.tokens() <= most));
        prop_assert!(limits.cost.is_none_or(|most| spent.cost <= most));
        prop_assert!(spent.calls <= u64::from(limits.subcalls));
    }
}

/// A budget of 1.2 times the real cost answers every call, though their bounds are far above it.
#[test]
fn a_worst_case_never_refuses_what_the_real_cost_allows() {
    let call = Call {
        at_most: Amount {
            calls: 1,
            input_tokens: Tokens(100),
            output_tokens: Tokens(4_096),
            cost: Cost::Known(Money(4_196)),
        },
        used: Spend {
            calls: 1,
            input_tokens: Tokens(100),
            output_tokens: Tokens(50),
            cost: Money(150),
            unpriced: 0,
        },
        announced: false,
        failing_attempts: 0,
    };
    let limits = Limits {
        subcalls: 500,
        cost: Some(Money(500 * 150 * 12 / 10)),
        ..Limits::default()
    };
    // Everything is issued before anything settles.
    let world = Spending::run(&limits, &vec![SpendingStep::Call(call); 500], |choices| choices - 1);
    assert_eq!(world.refused, BTreeMap::new());
    assert_eq!(world.spent().cost, Money(75_000));
}

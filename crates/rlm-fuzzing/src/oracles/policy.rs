//! The rules of what may be spent, and of what a tool may be given.

use proptest::collection::vec;
use proptest::prelude::any;
use rlm_policy::{Limits, PriceStatement, Taint, ToolDecision, ToolGrant, ToolUse};

use crate::generators::{Dice, Spending, any_limits, any_spending, by_picks, drawn};

/// Spends out of one ledger in any order; decides on calls of tools; reads prices.
///
/// # Panics
/// Where a limit is overshot, the order of replies decides what is refused, or a rule lets pass what it must not.
pub fn policy_rules(data: &[u8]) {
    let spending = (
        any_limits(),
        any_spending(0..1),
        any_spending(0..4),
        vec(any::<u16>(), 1..64),
    );
    if let Some((limits, program, failing, picks)) = drawn(&spending, data) {
        let strict = Spending::run(&limits, &program, |_| 0);
        let parallel = Spending::run(&limits, &program, by_picks(picks.clone()));
        assert_eq!(parallel.refused, strict.refused, "{limits:?} {program:?}");
        assert_eq!(parallel.spent(), strict.spent(), "{limits:?} {program:?}");
        let spent = Spending::run(&limits, &failing, by_picks(picks)).spent();
        assert!(
            limits.tokens.is_none_or(|most| spent.tokens() <= most),
            "{limits:?} {spent:?}"
        );
        assert!(
            limits.cost.is_none_or(|most| spent.cost <= most),
            "{limits:?} {spent:?}"
        );
        assert!(spent.calls <= u64::from(limits.subcalls), "{limits:?} {spent:?}");
    }
    let mut dice = Dice::of(data);
    let (grant, call) = (tool_grant(&mut dice), tool_use(&mut dice));
    a_tool_is_given_what_it_may(grant, call);
    let _ = String::from_utf8_lossy(data).parse::<PriceStatement>();
}

/// Spends out of a budget from which nothing is refused, and out of a larger one.
///
/// # Panics
/// Where anything is refused then, or something else is spent.
pub(super) fn spending_is_monotone(data: &[u8]) {
    let spending = (any_limits(), any_spending(0..1), vec(any::<u16>(), 1..64), 1_u64..1_000);
    let Some((limits, program, picks, more)) = drawn(&spending, data) else {
        return;
    };
    let enough = Spending::run(&limits, &program, by_picks(picks.clone()));
    if !enough.refused.is_empty() {
        return;
    }
    let larger = Limits {
        subcalls: limits.subcalls + more as u32,
        tokens: limits.tokens.map(|mut tokens| {
            tokens.0 += more;
            tokens
        }),
        cost: limits.cost.map(|mut cost| {
            cost.0 += more;
            cost
        }),
        ..limits.clone()
    };
    let ran = Spending::run(&larger, &program, by_picks(picks));
    assert!(
        ran.refused.is_empty(),
        "{limits:?} {more} {:?} {program:?}",
        ran.refused
    );
    assert_eq!(ran.spent(), enough.spent(), "{limits:?} {more} {program:?}");
}

fn a_tool_is_given_what_it_may(grant: ToolGrant, call: ToolUse) {
    let decide = |grant: ToolGrant, taint| grant.decide(call, taint);
    let (usual, strict) = (decide(grant, Taint::Usual), decide(grant, Taint::Strict));
    let case = format!("{grant:?} {call:?}: {usual:?}, strictly {strict:?}");
    for decision in [usual, strict] {
        if !matches!(decision, ToolDecision::Refused(_)) {
            assert!(
                call.earlier < grant.calls && grant.reaches(call.depth, call.counts_as_effect),
                "{case}"
            );
            assert!(!call.counts_as_effect || !call.is_derived || grant.derived, "{case}");
        }
    }
    assert_ne!(usual, ToolDecision::NeedsApproval, "{case}");
    if strict == ToolDecision::Granted {
        assert_eq!(usual, ToolDecision::Granted, "{case}");
        assert!(
            !call.counts_as_effect || !(call.is_conditional || call.is_informed),
            "{case}"
        );
    }
    if !call.counts_as_effect {
        assert_eq!(usual, strict, "{case}");
    }
    let more = ToolGrant {
        calls: grant.calls.saturating_add(1),
        depth: grant.depth.map(|depth| depth.saturating_add(1)),
        derived: true,
        ..grant
    };
    for (taint, before) in [(Taint::Usual, usual), (Taint::Strict, strict)] {
        let is_refused = |decision| matches!(decision, ToolDecision::Refused(_));
        assert!(
            is_refused(before) || decide(more, taint) == before,
            "{case}, with more {more:?}"
        );
    }
}

fn tool_grant(dice: &mut Dice<'_>) -> ToolGrant {
    ToolGrant {
        calls: dice.roll(4) as u32,
        depth: [None, Some(0), Some(1), Some(u32::MAX)][dice.roll(4)],
        derived: dice.roll(2) == 1,
        seconds: dice.roll(100) as u64,
    }
}

fn tool_use(dice: &mut Dice<'_>) -> ToolUse {
    ToolUse {
        counts_as_effect: dice.roll(2) == 1,
        earlier: dice.roll(5) as u32,
        depth: [0, 1, 2, u32::MAX][dice.roll(4)],
        is_derived: dice.roll(2) == 1,
        is_conditional: dice.roll(2) == 1,
        is_informed: dice.roll(2) == 1,
    }
}

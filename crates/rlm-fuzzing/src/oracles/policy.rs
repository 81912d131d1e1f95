//! Checks the rules of budgets, prices and tool permissions.

use proptest::collection::vec;
use proptest::prelude::any;
use rlm_model::{Cost, ModelIdentity, Money, Price, Usage};
use rlm_policy::{Limits, PriceStatement, PriceTable, Taint, ToolDecision, ToolGrant, ToolUse, cost_of};

use crate::generators::{Dice, Spending, SpendingStep, any_limits, any_overspending, any_spending, by_picks, drawn};

/// Checks budgets with calls in any order, decisions on tool calls, and the parsing of prices.
///
/// # Panics
/// See [`order_decides_nothing`], [`no_limit_is_overshot`], [`an_overrun_ends_all`] and
/// [`prices_are_as_stated`]. Also if a tool receives an argument that its permission forbids.
pub fn policy_rules(data: &[u8]) {
    let spending = (
        any_limits(),
        any_spending(0..1),
        any_spending(0..4),
        any_overspending(),
        vec(any::<u16>(), 1..64),
    );
    if let Some((limits, program, failing, overspending, picks)) = drawn(&spending, data) {
        order_decides_nothing(&limits, &program, picks.clone());
        no_limit_is_overshot(&limits, &failing, picks.clone());
        an_overrun_ends_all(&limits, &overspending, picks);
    }
    let mut dice = Dice::of(data);
    let (grant, call) = (tool_grant(&mut dice), tool_use(&mut dice));
    a_tool_is_given_what_it_may(grant, call);
    prices_are_as_stated(&format!(
        "{}:{}={}",
        words(&mut dice),
        words(&mut dice),
        amounts(&mut dice)
    ));
    prices_are_as_stated(&String::from_utf8_lossy(data));
}

/// Runs a spending simulation twice: with calls in a picked order, and with one call at a time.
///
/// # Panics
/// If the order affects which calls are rejected, or the amount spent.
pub fn order_decides_nothing(limits: &Limits, program: &[SpendingStep], picks: Vec<u16>) {
    let strict = Spending::run(limits, program, |_| 0);
    let parallel = Spending::run(limits, program, by_picks(picks));
    assert_eq!(parallel.refused, strict.refused, "{limits:?} {program:?}");
    assert_eq!(parallel.shortened, strict.shortened, "{limits:?} {program:?}");
    assert_eq!(parallel.spent(), strict.spent(), "{limits:?} {program:?}");
}

/// Runs spending simulations whose calls stay within their reservations. Some attempts of calls
/// fail.
///
/// # Panics
/// If more is spent than the limits allow, or an unknown cost counts as zero.
pub fn no_limit_is_overshot(limits: &Limits, failing: &[SpendingStep], picks: Vec<u16>) {
    let world = Spending::run(limits, failing, by_picks(picks));
    let spent = world.spent();
    assert!(
        limits.tokens.is_none_or(|most| spent.tokens() <= most),
        "{limits:?} {spent:?}"
    );
    assert!(
        limits.subcall_tokens.is_none_or(|most| world.subcall_tokens <= most),
        "{limits:?} {:?}",
        world.subcall_tokens
    );
    assert!(
        limits.input_tokens.is_none_or(|most| spent.input_tokens <= most),
        "{limits:?} {spent:?}"
    );
    assert!(
        limits.output_tokens.is_none_or(|most| spent.output_tokens <= most),
        "{limits:?} {spent:?}"
    );
    assert!(
        limits.cost.is_none_or(|most| spent.cost <= most),
        "{limits:?} {spent:?}"
    );
    assert!(spent.calls <= u64::from(limits.subcalls), "{limits:?} {spent:?}");
    an_unknown_cost_is_no_small_one(limits, &world);
}

/// Runs a spending simulation whose calls may exceed their reservations. [`Spending`] itself checks
/// that nothing is granted after such a call.
///
/// # Panics
/// If a call that exceeds a limit doesn't stop the run, if anything else stops it, or if an unknown
/// cost counts as zero.
pub fn an_overrun_ends_all(limits: &Limits, overspending: &[SpendingStep], picks: Vec<u16>) {
    let world = Spending::run(limits, overspending, by_picks(picks));
    let is_limited = limits.tokens.is_some()
        && limits.input_tokens.is_some()
        && limits.output_tokens.is_some()
        && limits.cost.is_some();
    let may_end = limits.tokens.is_some()
        || limits.subcall_tokens.is_some()
        || limits.input_tokens.is_some()
        || limits.output_tokens.is_some()
        || limits.cost.is_some();
    let (overran, ended) = (!world.overran.is_empty(), world.stopped().is_some());
    assert!(ended || !overran || !is_limited, "{limits:?} {overspending:?}");
    assert!(!ended || overran && may_end, "{limits:?} {overspending:?}");
    an_unknown_cost_is_no_small_one(limits, &world);
}

fn an_unknown_cost_is_no_small_one(limits: &Limits, world: &Spending) {
    let unpriced = world.unpriced().count();
    assert!(
        limits.cost.is_none() || unpriced == 0,
        "{limits:?} and {unpriced} calls of any cost"
    );
    assert_eq!(
        world.spent().total_cost() == Cost::Unknown,
        unpriced > 0,
        "{unpriced} calls of any cost: {:?}",
        world.spent()
    );
}

/// Parses the price of a model as given by a user, and formats it again.
///
/// # Panics
/// If the price or the model changes, or a model without a price is free.
pub fn prices_are_as_stated(text: &str) {
    let Ok(stated) = text.parse::<PriceStatement>() else {
        return;
    };
    let PriceStatement { adapter, model, price } = stated.clone();
    let written = format!(
        "{adapter}:{model}={},{},{}",
        price.input, price.cached_input, price.output
    );
    assert_eq!(
        written.parse::<PriceStatement>(),
        Ok(stated.clone()),
        "{text:?} {written:?}"
    );
    let mut prices = PriceTable::empty();
    prices.set(stated);
    assert_eq!(
        prices.price(&ModelIdentity::new(adapter.clone(), "anywhere", model.clone())),
        Some(price),
        "{text:?}"
    );
    let other = prices.price(&ModelIdentity::new(adapter, "anywhere", format!("{model}2")));
    assert_eq!(other, None, "{text:?}");
    let usage = Usage::default();
    assert_eq!(cost_of(&usage, other), Cost::Unknown);
    assert_eq!(cost_of(&usage, Some(Price::FREE)), Cost::Known(Money::ZERO));
}

/// Generates a model name that may contain separators.
fn words(dice: &mut Dice<'_>) -> String {
    (0..1 + dice.roll(3))
        .map(|_| dice.pick(&["a", "qwen3", "=", ":", "/", "-", ",", "ü", " ", "free"]))
        .collect()
}

/// Generates the price of a model as one to four amounts of dollars, most of them valid.
fn amounts(dice: &mut Dice<'_>) -> String {
    let amounts: Vec<&str> = (0..1 + dice.roll(4))
        .map(|_| {
            dice.pick(&[
                "0",
                "1.25",
                "0.125",
                "$10",
                ".000001",
                "18446744073709",
                "free",
                "1.0000001",
                "-1",
                "",
            ])
        })
        .collect();
    amounts.join(",")
}

/// Runs a spending simulation with a budget that allows all its calls, and with a larger one.
///
/// # Panics
/// If a call is rejected with the larger budget, or another amount is spent.
pub(super) fn spending_is_monotone(data: &[u8]) {
    let spending = (any_limits(), any_spending(0..1), vec(any::<u16>(), 1..64), 1_u64..1_000);
    let Some((limits, program, picks, more)) = drawn(&spending, data) else {
        return;
    };
    let enough = Spending::run(&limits, &program, by_picks(picks.clone()));
    if !enough.refused.is_empty() || !enough.shortened.is_empty() {
        return;
    }
    let larger = Limits {
        subcalls: limits.subcalls + more as u32,
        tokens: limits.tokens.map(|mut tokens| {
            tokens.0 += more;
            tokens
        }),
        subcall_tokens: limits.subcall_tokens.map(|mut tokens| {
            tokens.0 += more;
            tokens
        }),
        input_tokens: limits.input_tokens.map(|mut tokens| {
            tokens.0 += more;
            tokens
        }),
        output_tokens: limits.output_tokens.map(|mut tokens| {
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

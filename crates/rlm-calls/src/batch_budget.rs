//! Rejects a batch of calls whose prompts alone exceed the budget, before any call is made.

use rlm_model::{Money, Price, Tokens};
use rlm_policy::{LimitReached, Remaining};
use rlm_settings::BYTES_PER_TOKEN;
use sift_vm::IssuedCall;

/// The tokens and micro-dollars left before the current program, if they are limited. The spending
/// of the program's own calls is not subtracted, since it depends on the order of replies.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct BatchBudget {
    tokens: Option<u64>,
    cost: Option<u64>,
}

impl BatchBudget {
    pub(crate) fn of(left: &Remaining) -> Self {
        Self {
            tokens: left.tokens.map(|tokens| tokens.0),
            cost: left.cost.map(|cost| cost.0),
        }
    }

    /// Returns the limit that rejects a batch of calls, if their prompts alone exceed the budget. A
    /// single call is checked by its reservation instead.
    pub(crate) fn refuses<'c>(
        self,
        calls: &'c [IssuedCall],
        price: impl Fn(&'c IssuedCall) -> Option<Price>,
    ) -> Option<LimitReached> {
        if calls.len() < 2 || self.tokens.is_none() && self.cost.is_none() {
            return None;
        }
        let (mut tokens, mut cost) = (0_u64, 0_u64);
        for call in calls {
            let bytes = call.prompt.settled().map_or(0, |prompt| prompt.len_bytes() as u64);
            let least = bytes / BYTES_PER_TOKEN;
            tokens = tokens.saturating_add(least);
            if let Some(price) = price(call) {
                let cheapest = price.input.0.min(price.cached_input.0);
                let micros = u128::from(least).saturating_mul(u128::from(cheapest)) / 1_000_000;
                cost = cost.saturating_add(u64::try_from(micros).unwrap_or(u64::MAX));
            }
        }
        let number = calls.len() as u64;
        if let Some(left) = self.tokens.filter(|left| tokens > *left) {
            return Some(LimitReached::BatchExceedsTokens {
                calls: number,
                needed: Tokens(tokens),
                left: Tokens(left),
            });
        }
        let left = self.cost.filter(|left| cost > *left)?;
        Some(LimitReached::BatchExceedsCost {
            calls: number,
            needed: Money(cost),
            left: Money(left),
        })
    }
}

//! Limits and prices of runs, and the ledger of their spending.
//!
//! A root model writes programs, programs make calls, and calls may be child runs with programs of
//! their own. All of them spend concurrently from a single budget. This crate is pure: it uses no
//! clock, no files and no network. The caller passes the time in and makes the calls.
//!
//! Five pitfalls, and how this crate avoids them:
//!
//! - **Checking after spending is too late.** Ten calls in flight may each be within the limit and
//!   exceed it together. The [`Ledger`] *reserves* the maximum that a call may spend before the
//!   call is issued, and *settles* the actual spending afterwards.
//! - **The maximum is far above the usual spending.** If a call were refused because nine others
//!   might use everything up, a run would end with nine tenths of its money left. Therefore, a
//!   reservation that does not fit *waits* while any earlier call is unsettled. It is refused only
//!   when no call can return unspent amounts.
//! - **Refusals must be deterministic.** Reservations are decided in the order of their
//!   [`CallId`](rlm_model::CallId), not in the order of completion. A run with a thousand calls in
//!   flight is refused the same calls as a sequential run.
//! - **An unknown price is not zero.** A model without a price has
//!   [`Cost::Unknown`](rlm_model::Cost::Unknown), and is not called if there is a cost limit.
//! - **Runs nest, so a budget per run is not enough.** A child run gets a share of its parent's
//!   initial grant, and its unspent rest returns to the parent when it ends.
//!
//! ```
//! use rlm_model::{CallId, Cost, Money, Tokens};
//! use rlm_policy::{Amount, Decision, GrantId, Ledger, Limits, Spend};
//!
//! let limits = Limits { tokens: Some(Tokens(1_000)), ..Limits::default() };
//! let mut ledger = Ledger::new(&limits);
//! let at_most = Amount {
//!     calls: 1,
//!     input_tokens: Tokens(400),
//!     output_tokens: Tokens(200),
//!     cost: Cost::Unknown,
//! };
//! let (first, second) = (CallId::root(1, 1, 0), CallId::root(1, 2, 0));
//! assert_eq!(ledger.reserve(GrantId::ROOT, &first, at_most)?.decision, Decision::Granted);
//! assert_eq!(ledger.reserve(GrantId::ROOT, &second, at_most)?.decision, Decision::Waits, "2 × 600 do not fit");
//!
//! let used = Spend { calls: 1, input_tokens: Tokens(100), output_tokens: Tokens(50), cost: Money(0), unpriced: 1 };
//! let settlement = ledger.settle(&first, used)?;
//! assert_eq!(settlement.decided, [(second, Decision::Granted)], "the first left more than enough");
//! # Ok::<(), rlm_policy::LedgerError>(())
//! ```

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]
#![deny(clippy::arithmetic_side_effects)]
#![cfg_attr(test, allow(clippy::arithmetic_side_effects, reason = "tests count small numbers"))]

mod amount;
mod ledger;
mod limit_reached;
mod limits;
mod on_limit;
mod outcome;
mod preset;
mod price;
mod shared_budget;
mod tool_grant;

pub use amount::{Amount, ReservationRequest, Spend};
pub use ledger::{
    Decided, Decision, FailedAttempt, GrantId, Ledger, LedgerError, Opening, Overrun, Remaining, Reserved, Settlement,
    Share,
};
pub use limit_reached::{LimitReached, TruncationCause};
pub use limits::Limits;
pub use on_limit::OnLimit;
pub use outcome::{Answer, Outcome};
pub use preset::Preset;
pub use price::{PriceError, PriceStatement, PriceTable, cost_of};
pub use shared_budget::{BudgetExhausted, BudgetSlice, SharedBudget};
pub use tool_grant::{Taint, ToolDecision, ToolGrant, ToolRefusal, ToolUse};

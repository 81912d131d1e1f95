//! What a run may use, what that costs, and the book that is kept of it.
//!
//! A root model writes programs, programs make calls, calls may be runs with programs of their own, and all of them spend
//! from one budget, many at a time. Everything here is pure: no clock, no files, no network. Time is passed in, and who
//! makes the calls is somebody else's business.
//!
//! Five traps of the domain, and what stands here against them:
//!
//! - **Checking after spending is too late.** Ten calls in flight, each within the limit, are together above it. The
//!   [`Ledger`] *reserves* the most that a call may use before it is issued, and *settles* what it used after.
//! - **The most is far above the usual.** Refusing a call because the worst case of nine others might use everything up
//!   would end a run that had nine tenths of its money left. A reservation that does not fit *waits* while any earlier
//!   call is unsettled; it is refused only when nothing can come back any more.
//! - **Which calls are refused must not depend on luck.** Reservations are taken in the order of their
//!   [`CallId`](rlm_model::CallId), not of completion, so a run with a thousand calls in flight is refused the very calls
//!   that it would be refused with one at a time.
//! - **An unknown price is not zero.** A model without a price has [`Cost::Unknown`](rlm_model::Cost::Unknown), and where
//!   there is a cost limit it is not called.
//! - **A budget per run is no budget.** Runs nest. A child run gets a share of what its parent was given at its start, and
//!   what it leaves returns to the parent when it ends.
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

pub use amount::{Amount, Ask, Spend};
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

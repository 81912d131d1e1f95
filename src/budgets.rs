//! Budgets: limits of a run, budgets that several runs share, prices and amounts.
//!
//! [`Limits`] bound one run and all its child runs. A [`SharedBudget`] bounds a batch. Calls are
//! reserved before they leave and settled after, so no reply overshoots a limit. Money is in
//! millionths of a dollar; tokens are input and output tokens unless a field says otherwise.
//!
//! ```
//! use rlm::budgets::{Money, OnLimit};
//! use rlm::{Context, FakeModel, Limits, Rlm, RunError, Tokens};
//!
//! let model = FakeModel::new(["```repl\nprint(P)\n```"; 3]);
//! let limits = Limits { steps: 2, tokens: Some(Tokens(50_000)), cost: Some(Money(250_000)), ..Limits::default() };
//! let rlm = Rlm::new(model).limits(limits).configure(|runner| runner.on_limit(OnLimit::Error));
//! let error = rlm.run_blocking("What is it?", &Context::from_text("It is 42.")).unwrap_err();
//! assert!(matches!(error, RunError::Limit { .. }));
//! assert_eq!(error.code(), "MaxStepsExceeded");
//! ```

#[doc(inline)]
pub use rlm_core::BestEffort;
#[doc(inline)]
pub use rlm_model::{Cost, Money, Price, Tokens, Usage};
#[doc(inline)]
pub use rlm_policy::{
    BudgetExhausted, BudgetSlice, LimitReached, Limits, OnLimit, Preset, PriceError, PriceTable, SharedBudget, Spend,
    TruncationCause,
};
#[doc(inline)]
pub use rlm_trace::Totals;

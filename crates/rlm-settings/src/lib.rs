//! The settings of runs: models by role, tools with permissions, and the options of the loop.
//!
//! - [`LoopSettings`] are the options of a runner that apply to all of its runs; [`RunSettings`] is
//!   the form in which a journal records them.
//! - [`ModelRoles`] are the models of a run, each with its price, its context window and its
//!   [`Sampling`]; [`RoleSettings`] is the form in which a journal records them.
//! - [`Toolbox`] holds the tools that programs may call; [`GrantedTool`] is the form in which a
//!   journal records one.
//! - [`Constrain`] decides whether the root model's decoding is constrained to the grammar of Sift.
//!
//! This crate neither calls models nor runs programs.
//!
//! ```
//! use rlm_policy::Limits;
//! use rlm_settings::{LoopSettings, Route, Routing};
//!
//! let routing = Routing { route: Route::Direct, ..Routing::default() };
//! let mut settings = LoopSettings { limits: Limits { steps: 5, ..Limits::default() }, routing, ..LoopSettings::default() };
//! assert!(settings.check_route().is_ok());
//!
//! settings.guards.require_subcall_before_final = true;
//! let error = settings.check_route().unwrap_err();
//! assert_eq!((error.setting, settings.limits.steps), ("route", 5));
//! ```

mod best_effort;
mod constraint;
mod guards;
mod json;
mod loop_settings;
mod recursion;
mod roles;
mod routing;
mod run_settings;
mod sampling;
mod toolbox;

pub use best_effort::BestEffort;
pub use constraint::{Constrain, Constraint, NoGrammar, program_form};
pub use guards::Guards;
pub use json::json_object;
pub use loop_settings::{Echo, LoopSettings};
pub use recursion::{AtMaxDepth, Recursion};
pub use roles::{
    BYTES_PER_TOKEN, FindModel, ModelResolver, ModelRole, ModelRoles, RoleSettings, counter, tokens_of_content,
};
pub use routing::{AnswerMethod, BASELINE_THRESHOLD, LARGEST_WINDOW, Route, Routing, RoutingDecision};
pub use run_settings::RunSettings;
pub use sampling::Sampling;
pub use toolbox::{
    ApprovalRequest, Approve, GrantedTool, OfferedTool, Toolbox, ToolboxBuilder, ToolboxError, UnlikeTools,
};

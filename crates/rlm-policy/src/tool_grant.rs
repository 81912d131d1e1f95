//! The permissions of tools: which runs may call them, how often, and with which arguments.

use serde::{Deserialize, Serialize};

/// The permission for a tool in a tree of runs. It is fixed before the root run starts.
///
/// ```
/// use rlm_policy::{Taint, ToolDecision, ToolGrant, ToolRefusal, ToolUse};
///
/// let notify = ToolGrant { calls: 2, ..ToolGrant::default() };
/// let call = ToolUse {
///     counts_as_effect: true,
///     earlier: 0,
///     depth: 0,
///     is_derived: false,
///     is_conditional: false,
///     is_informed: true,
/// };
/// assert_eq!(notify.decide(call, Taint::Usual), ToolDecision::Granted);
/// assert_eq!(notify.decide(call, Taint::Strict), ToolDecision::NeedsApproval, "its program was written after output was shown");
/// let third = ToolUse { earlier: 2, ..call };
/// assert_eq!(notify.decide(third, Taint::Usual), ToolDecision::Refused(ToolRefusal::TooOften { calls: 2 }));
/// let told = ToolUse { is_derived: true, ..call };
/// assert_eq!(notify.decide(told, Taint::Usual), ToolDecision::Refused(ToolRefusal::Derived));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ToolGrant {
    /// The maximum number of calls per run; default 100. Child runs count separately, so that
    /// refusals do not depend on their order.
    pub calls: u32,
    /// The maximum depth of runs that may call the tool. `None` allows all runs, or for a tool with
    /// effects only the root run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub depth: Option<u32>,
    /// Whether arguments of a tool with effects may derive from the context, from replies or from
    /// other tools.
    #[serde(skip_serializing_if = "is_false")]
    pub derived: bool,
    /// The maximum number of seconds of one call; default 60.
    pub seconds: u64,
}

impl Default for ToolGrant {
    /// Allows 100 calls per run of 60 seconds each, without derived arguments.
    fn default() -> Self {
        Self {
            calls: 100,
            depth: None,
            derived: false,
            seconds: 60,
        }
    }
}

/// How strictly the origin of a tool's arguments is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Taint {
    /// Arguments of tools with effects must not derive from untrusted text, unless the permission
    /// allows it.
    #[default]
    Usual,
    /// In addition, rejects effects under a condition that derives from untrusted text. Effects of
    /// a program that was written after the model saw such text need approval.
    Strict,
}

/// The properties of a tool call that decide whether it is permitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToolUse {
    /// Whether the tool counts as a tool with effects.
    pub counts_as_effect: bool,
    /// The number of the run's earlier calls of the tool.
    pub earlier: u32,
    /// The depth of the run below the root run.
    pub depth: u32,
    /// Whether an argument derives from untrusted text.
    pub is_derived: bool,
    /// Whether the call is under a condition that derives from untrusted text.
    pub is_conditional: bool,
    /// Whether the model that wrote the program had been shown untrusted text.
    pub is_informed: bool,
}

/// The decision whether a tool call is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToolDecision {
    /// The call is made.
    Granted,
    /// The call is made if the user approves it.
    NeedsApproval,
    /// The call is not made.
    Refused(ToolRefusal),
}

/// The reason why a tool call is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ToolRefusal {
    /// The tool is not available to runs at this depth.
    #[error("it is available to runs down to depth {most}, and this run is at depth {depth}")]
    TooDeep {
        /// The maximum depth of runs that may call the tool.
        most: u32,
        /// The depth of the run.
        depth: u32,
    },
    /// The run has reached its maximum number of calls.
    #[error("the limit of {calls} calls per run is reached")]
    TooOften {
        /// The maximum number of calls per run.
        calls: u32,
    },
    /// An argument derives from untrusted text.
    #[error("an argument derives from the context, a reply or another tool, which its permission does not allow")]
    Derived,
    /// The program reaches the call under a condition that derives from untrusted text.
    #[error("the call depends on a condition that derives from the context, a reply or another tool")]
    Condition,
    /// The call needs approval, which was not given.
    #[error("the program was written after untrusted text was shown, and the call was not approved")]
    NotApproved,
}

impl ToolRefusal {
    /// Returns the stable code of the refusal.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooDeep { .. } => "tool_too_deep",
            Self::TooOften { .. } => "tool_too_often",
            Self::Derived => "tool_derived_argument",
            Self::Condition => "tool_condition",
            Self::NotApproved => "tool_not_approved",
        }
    }

    /// Returns a hint for the program.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        match self {
            Self::TooDeep { .. } => "leave it to the root run, and return the arguments it needs",
            Self::TooOften { .. } => "work with its earlier results",
            Self::Derived => "write the argument as a literal, or finish without the call",
            Self::Condition => "call it outside of conditions and loops over such text, or finish without the call",
            Self::NotApproved => "finish without the call, and say in the answer what you would have done",
        }
    }
}

impl ToolGrant {
    /// Returns `true` if runs `depth` levels below the root run may call the tool.
    #[must_use]
    pub fn reaches(&self, depth: u32, counts_as_effect: bool) -> bool {
        depth <= self.deepest(counts_as_effect)
    }

    fn deepest(&self, counts_as_effect: bool) -> u32 {
        self.depth.unwrap_or(if counts_as_effect { 0 } else { u32::MAX })
    }

    /// Decides whether a call is permitted.
    #[must_use]
    pub fn decide(&self, call: ToolUse, taint: Taint) -> ToolDecision {
        let most = self.deepest(call.counts_as_effect);
        let refusal = if call.depth > most {
            let depth = call.depth;
            ToolRefusal::TooDeep { most, depth }
        } else if call.earlier >= self.calls {
            ToolRefusal::TooOften { calls: self.calls }
        } else if !call.counts_as_effect {
            return ToolDecision::Granted;
        } else if call.is_derived && !self.derived {
            ToolRefusal::Derived
        } else if taint == Taint::Usual {
            return ToolDecision::Granted;
        } else if call.is_conditional {
            ToolRefusal::Condition
        } else if call.is_informed {
            return ToolDecision::NeedsApproval;
        } else {
            return ToolDecision::Granted;
        };
        ToolDecision::Refused(refusal)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALL: ToolUse = ToolUse {
        counts_as_effect: true,
        earlier: 0,
        depth: 0,
        is_derived: false,
        is_conditional: false,
        is_informed: false,
    };

    fn decided(grant: ToolGrant, call: ToolUse, taint: Taint) -> &'static str {
        match grant.decide(call, taint) {
            ToolDecision::Granted => "granted",
            ToolDecision::NeedsApproval => "needs approval",
            ToolDecision::Refused(refusal) => refusal.code(),
        }
    }

    #[test]
    fn permission_limits_call_count_and_depth() {
        let grant = ToolGrant {
            calls: 2,
            depth: Some(1),
            ..ToolGrant::default()
        };
        let at = |earlier, depth| decided(grant, ToolUse { earlier, depth, ..CALL }, Taint::Usual);
        assert_eq!(
            [at(0, 0), at(1, 1), at(2, 0), at(0, 2)],
            ["granted", "granted", "tool_too_often", "tool_too_deep"]
        );
    }

    #[test]
    fn effects_are_limited_to_the_root_run_by_default() {
        let grant = ToolGrant::default();
        assert!(grant.reaches(0, true) && !grant.reaches(1, true) && grant.reaches(9, false));
        let deep = ToolUse { depth: 1, ..CALL };
        assert_eq!(decided(grant, deep, Taint::Usual), "tool_too_deep");
        assert_eq!(
            decided(
                grant,
                ToolUse {
                    counts_as_effect: false,
                    ..deep
                },
                Taint::Usual
            ),
            "granted"
        );
    }

    #[test]
    fn derived_arguments_of_effects_need_an_explicit_permission() {
        let derived = ToolUse {
            is_derived: true,
            ..CALL
        };
        assert_eq!(
            decided(ToolGrant::default(), derived, Taint::Usual),
            "tool_derived_argument"
        );
        let allowed = ToolGrant {
            derived: true,
            ..ToolGrant::default()
        };
        assert_eq!(decided(allowed, derived, Taint::Usual), "granted");
        let read = ToolUse {
            counts_as_effect: false,
            ..derived
        };
        assert_eq!(decided(ToolGrant::default(), read, Taint::Strict), "granted");
    }

    #[test]
    fn strict_taint_includes_conditions_and_shown_text() {
        let conditional = ToolUse {
            is_conditional: true,
            ..CALL
        };
        let informed = ToolUse {
            is_informed: true,
            ..CALL
        };
        let decide = |call, taint| {
            decided(
                ToolGrant {
                    derived: true,
                    ..ToolGrant::default()
                },
                call,
                taint,
            )
        };
        assert_eq!(
            [decide(conditional, Taint::Usual), decide(informed, Taint::Usual)],
            ["granted"; 2]
        );
        assert_eq!(decide(conditional, Taint::Strict), "tool_condition");
        assert_eq!(decide(informed, Taint::Strict), "needs approval");
        assert_eq!(decide(CALL, Taint::Strict), "granted");
    }
}

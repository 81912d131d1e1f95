//! What a run may do with the tools that it is given: which, how often, how deep, and with what.

use serde::{Deserialize, Serialize};

/// The permission of a tree of runs for one tool. It is fixed before the root run starts.
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
    /// The maximum number of calls of one run; default 100. Child runs count separately, so that refusals do not depend
    /// on their order.
    pub calls: u32,
    /// The maximum depth of runs that may call it. `None` allows all runs, or the root run alone for a tool with effects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub depth: Option<u32>,
    /// Whether arguments of a tool with effects may derive from the context, from replies or from other tools.
    #[serde(skip_serializing_if = "is_false")]
    pub derived: bool,
    /// The maximum number of seconds of one call; default 60.
    pub seconds: u64,
}

impl Default for ToolGrant {
    /// 100 calls a run of 60 seconds each, nothing derived.
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
    /// Arguments of tools with effects may not derive from untrusted text, unless the permission allows it.
    #[default]
    Usual,
    /// In addition, no effect under a condition that derives from untrusted text, and none of a program that was written
    /// after such text was shown, unless it is approved.
    Strict,
}

/// A call of a tool, as far as a grant looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToolUse {
    /// Whether the tool counts as one with effects.
    pub counts_as_effect: bool,
    /// The run's earlier calls of the tool.
    pub earlier: u32,
    /// How many levels below the root run the run stands.
    pub depth: u32,
    /// Whether an argument derives from text of others.
    pub is_derived: bool,
    /// Whether the program came to the call by a condition that derives from text of others.
    pub is_conditional: bool,
    /// Whether the program was written after text of others was shown to whoever wrote it.
    pub is_informed: bool,
}

/// The decision on a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToolDecision {
    /// It is made.
    Granted,
    /// It is made if somebody approves of it.
    NeedsApproval,
    /// It is not made.
    Refused(ToolRefusal),
}

/// Why a call of a tool is not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ToolRefusal {
    /// Runs that stand so deep don't have it.
    #[error("runs may have it down to depth {most}, and this one stands at {depth}")]
    TooDeep {
        /// The deepest.
        most: u32,
        /// Where the run stands.
        depth: u32,
    },
    /// The run has called it as often as it may.
    #[error("a run may call it {calls} times")]
    TooOften {
        /// How often.
        calls: u32,
    },
    /// An argument derives from text of others.
    #[error("an argument derives from the context, a reply or another tool, and the grant does not allow that")]
    Derived,
    /// A condition derives from text of others.
    #[error("the program came to it by a condition that derives from the context, a reply or another tool")]
    Condition,
    /// It needs approval, and has none.
    #[error("the program was written after text of others was shown, and nobody approved of the call")]
    NotApproved,
}

impl ToolRefusal {
    /// Returns the refusal's stable name.
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

    /// Returns what a program can do about it.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        match self {
            Self::TooDeep { .. } => "leave it to the root run: return what it needs",
            Self::TooOften { .. } => "work with what it gave so far",
            Self::Derived => "write the argument out in the program, or finish without the call",
            Self::Condition => "call it outside of any condition or loop over such text, or finish without the call",
            Self::NotApproved => "finish without the call, and say in the answer what you would have done",
        }
    }
}

impl ToolGrant {
    /// Tells whether a run that stands so many levels below the root run has the tool.
    #[must_use]
    pub fn reaches(&self, depth: u32, counts_as_effect: bool) -> bool {
        depth <= self.deepest(counts_as_effect)
    }

    fn deepest(&self, counts_as_effect: bool) -> u32 {
        self.depth.unwrap_or(if counts_as_effect { 0 } else { u32::MAX })
    }

    /// Decides on a call.
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
    fn a_grant_bounds_how_often_and_how_deep() {
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
    fn where_nothing_is_said_effects_are_the_root_runs_alone() {
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
    fn what_an_effect_is_given_is_the_programs_own_unless_the_grant_says_otherwise() {
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
    fn strictly_conditions_and_what_was_shown_count_too() {
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

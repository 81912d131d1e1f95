//! The tools of a runner, with the permission for each.

use std::collections::BTreeMap;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use rlm_policy::{Taint, ToolGrant};
use rlm_prompt::ShownTool;
use rlm_tools::{Access, Tool, ToolDescription};
use serde::{Deserialize, Serialize};
use sift_vm::{HostTool, ToolAccess, ToolNameError, can_be_hidden, check_tool_name};
use smol_str::SmolStr;

/// A tool and the permission to call it, as recorded in a journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantedTool {
    /// The description of the tool.
    pub tool: ToolDescription,
    /// The permission to call the tool.
    pub grant: ToolGrant,
    /// Whether the tool replaces the library function of the same name.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hides: bool,
}

/// A tool call that needs approval.
#[derive(Debug, Clone, Copy)]
pub struct ApprovalRequest<'a> {
    /// The description of the tool that is called.
    pub tool: &'a ToolDescription,
    /// The arguments of the call, as the text of a JSON object.
    pub arguments: &'a str,
    /// The turn of the run that makes the call, counted from 1.
    pub turn: u32,
}

/// An approver, which approves or rejects tool calls that need approval.
///
/// ```
/// use std::{future::Future, pin::Pin};
/// use rlm_settings::{ApprovalRequest, Approve};
///
/// /// Lets a program notify people three turns long, and no longer.
/// struct AtFirst;
///
/// impl Approve for AtFirst {
///     fn approve<'a>(&'a self, request: ApprovalRequest<'a>) -> Pin<Box<dyn Future<Output = bool> + Send + 'a>> {
///         let approved = request.tool.name == "notify" && request.turn <= 3;
///         Box::pin(async move { approved })
///     }
/// }
///
/// let notify = rlm_tools::ToolDescription::new("notify", "Notifies the shop.");
/// let request = ApprovalRequest { tool: &notify, arguments: r#"{"body": "two are late"}"#, turn: 4 };
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// assert!(!AtFirst.approve(request).await);
/// # });
/// # Ok::<(), std::io::Error>(())
/// ```
pub trait Approve: Send + Sync {
    /// Decides whether a tool call may be made. Returns `true` to approve it.
    fn approve<'a>(&'a self, request: ApprovalRequest<'a>) -> Pin<Box<dyn Future<Output = bool> + Send + 'a>>;
}

/// A tool of a runner, with the permission to call it.
#[derive(Clone)]
pub struct OfferedTool {
    /// The tool's description and permission.
    pub granted: GrantedTool,
    /// The implementation of the tool; `None` in a replay, where the journal answers calls.
    pub tool: Option<Arc<dyn Tool>>,
}

/// The tools of a runner, in the order in which they were added.
#[derive(Clone, Default)]
pub struct Toolbox {
    tools: Arc<[OfferedTool]>,
    /// The origins of arguments that tools with effects accept.
    pub taint: Taint,
    /// The approver of calls that [`Taint::Strict`] would otherwise reject; `None` rejects them.
    pub approver: Option<Arc<dyn Approve>>,
}

/// The error for a runner whose tools differ from those of a recorded run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnlikeTools {
    /// The names of recorded tools that the runner lacks.
    pub missing: Vec<SmolStr>,
    /// The names of tools whose parameters or effects differ.
    pub different: Vec<SmolStr>,
}

/// The builder for [`Toolbox`].
#[derive(Clone, Default)]
pub struct ToolboxBuilder {
    /// The tools to add, in this order.
    pub tools: Vec<Arc<dyn Tool>>,
    /// The permissions that differ from the [default](ToolGrant::default), keyed by tool name.
    pub grants: BTreeMap<SmolStr, ToolGrant>,
    /// The origins of arguments that tools with effects accept.
    pub taint: Taint,
    /// The approver of calls that [`Taint::Strict`] would otherwise reject; `None` rejects them.
    pub approver: Option<Arc<dyn Approve>>,
}

/// The error for a toolbox that can't be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ToolboxError {
    /// The name of a tool is not a valid function name, or is in use already.
    #[error(transparent)]
    Name(#[from] ToolNameError),
    /// A permission is given for an unknown tool.
    #[error("can't grant the unknown tool `{name}`; offered tools: {}", known.join(", "))]
    NoSuchTool {
        /// The unknown name in the permission.
        name: SmolStr,
        /// The names of all known tools.
        known: Vec<String>,
    },
}

impl ToolboxBuilder {
    /// Builds the toolbox.
    ///
    /// # Errors
    /// [`ToolboxError`] for a tool with an invalid name, and for a permission of an unknown tool.
    pub fn build(self) -> Result<Toolbox, ToolboxError> {
        let mut grants = self.grants;
        let mut tools: Vec<OfferedTool> = Vec::with_capacity(self.tools.len());
        for tool in self.tools {
            let description = tool.description().clone();
            let name = description.name.clone();
            let hides = tool.hides() && can_be_hidden(&name);
            if !hides {
                check_tool_name(&name)?;
            }
            if tools.iter().any(|earlier| earlier.granted.tool.name == name) {
                return Err(ToolNameError::Twice { name }.into());
            }
            let grant = grants.remove(&name).unwrap_or_default();
            tools.push(OfferedTool {
                granted: GrantedTool {
                    tool: description,
                    grant,
                    hides,
                },
                tool: Some(tool),
            });
        }
        if let Some((name, _)) = grants.pop_first() {
            let known = tools.iter().map(|tool| tool.granted.tool.name.to_string()).collect();
            return Err(ToolboxError::NoSuchTool { name, known });
        }
        Ok(Toolbox {
            tools: tools.into(),
            taint: self.taint,
            approver: self.approver,
        })
    }
}

impl Toolbox {
    /// Returns the tools of a recorded run with their recorded permissions. Their implementations
    /// are taken from `given`.
    #[must_use]
    pub fn recorded(tools: &[GrantedTool], taint: Taint, given: &Self) -> Self {
        let offered = |granted: &GrantedTool| OfferedTool {
            granted: granted.clone(),
            tool: given.get(&granted.tool.name).and_then(|given| given.tool.clone()),
        };
        Self {
            tools: tools.iter().map(offered).collect(),
            taint,
            approver: given.approver.clone(),
        }
    }

    /// Replaces permissions by those in `given` that differ from the default permission.
    #[must_use]
    pub fn with_grants_of(mut self, given: &Self) -> Self {
        let with_grant = |offered: &OfferedTool| {
            let grant = given.get(&offered.granted.tool.name).map(|given| given.granted.grant);
            let grant = grant.filter(|grant| *grant != ToolGrant::default());
            OfferedTool {
                granted: GrantedTool {
                    grant: grant.unwrap_or(offered.granted.grant),
                    ..offered.granted.clone()
                },
                ..offered.clone()
            }
        };
        self.tools = self.tools.iter().map(with_grant).collect();
        self
    }

    /// Compares the tools with those of a recorded run. Each recorded tool must exist with the same
    /// parameters and effects.
    ///
    /// # Errors
    /// [`UnlikeTools`] if a tool is missing or different.
    pub fn compare(&self, recorded: &[GrantedTool]) -> Result<(), UnlikeTools> {
        let (mut missing, mut different) = (Vec::new(), Vec::new());
        for granted in recorded {
            let then = &granted.tool;
            let now = self.get(&then.name).map(|offered| &offered.granted.tool);
            match now.map(|now| (&now.parameters, now.access, now.reach)) {
                None => missing.push(then.name.clone()),
                // Descriptions may differ, because the run uses the recorded ones.
                Some(now) if now == (&then.parameters, then.access, then.reach) => {}
                Some(_) => different.push(then.name.clone()),
            }
        }
        if missing.is_empty() && different.is_empty() {
            Ok(())
        } else {
            Err(UnlikeTools { missing, different })
        }
    }

    /// Compares the tools with those of a recorded run. Ignores recorded tools that are missing.
    ///
    /// # Errors
    /// [`UnlikeTools`] if a tool is different.
    pub fn compare_offered(&self, recorded: &[GrantedTool]) -> Result<(), UnlikeTools> {
        match self.compare(recorded) {
            Err(UnlikeTools { different, .. }) if !different.is_empty() => Err(UnlikeTools {
                missing: Vec::new(),
                different,
            }),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Returns `true` if the toolbox has no tools.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tools.is_empty()
    }

    /// Returns the tool with a name, if there is one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&OfferedTool> {
        self.tools.iter().find(|offered| offered.granted.tool.name == name)
    }

    /// Returns the tools with their permissions, in the form in which a journal records them.
    #[must_use]
    pub fn granted(&self) -> Vec<GrantedTool> {
        self.tools.iter().map(|offered| offered.granted.clone()).collect()
    }

    /// Returns the tools that are available to runs `depth` levels below the root run.
    fn at(&self, depth: usize) -> impl Iterator<Item = &GrantedTool> {
        let depth = u32::try_from(depth).unwrap_or(u32::MAX);
        let granted = self.tools.iter().map(|offered| &offered.granted);
        granted.filter(move |granted| granted.grant.reaches(depth, granted.tool.counts_as_effect()))
    }

    /// Returns the tools that are available to runs `depth` levels below the root run, for their
    /// virtual machine.
    #[must_use]
    pub fn host_tools(&self, depth: usize) -> Vec<HostTool> {
        let tools = self.at(depth).map(|GrantedTool { tool, hides, .. }| HostTool {
            hides: *hides,
            signature: tool.signature(),
            doc: tool.description.clone(),
            access: match tool.access {
                Access::Read => ToolAccess::Read,
                Access::Effect => ToolAccess::Effect,
            },
        });
        tools.collect()
    }

    /// Returns the tools that are available to runs `depth` levels below the root run, for the
    /// prompt of their root model.
    #[must_use]
    pub fn shown(&self, depth: usize) -> Vec<ShownTool> {
        let tools = self.at(depth).map(|GrantedTool { tool, hides, .. }| ShownTool {
            hides: *hides,
            signature: tool.signature().to_string(),
            description: tool.description.clone(),
            effect: tool.counts_as_effect(),
        });
        tools.collect()
    }
}

impl fmt::Debug for Toolbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.tools.iter().map(|offered| &offered.granted.tool.name);
        f.debug_list().entries(names).finish()
    }
}

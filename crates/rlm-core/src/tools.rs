//! The tools of a runner: what is offered, what is granted, and what of it a journal holds.

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

use crate::error::RunError;

/// A tool as it was granted: what it is, and what the runs of a tree may do with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantedTool {
    /// What it is called, what it takes and what it does.
    pub tool: ToolDescription,
    /// What may be done with it.
    pub grant: ToolGrant,
    /// Whether it hides the library function of its name.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hides: bool,
}

/// What somebody is to approve of.
#[derive(Debug, Clone, Copy)]
pub struct ApprovalRequest<'a> {
    /// The tool.
    pub tool: &'a ToolDescription,
    /// The arguments that the program gives: the text of a JSON object.
    pub arguments: &'a str,
    /// The turn of the run.
    pub turn: u32,
}

/// Approves of calls of tools that are not made otherwise, or does not.
///
/// ```
/// use std::{future::Future, pin::Pin};
/// use rlm_core::{ApprovalRequest, Approve};
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
    /// Tells whether a call is to be made.
    fn approve<'a>(&'a self, request: ApprovalRequest<'a>) -> Pin<Box<dyn Future<Output = bool> + Send + 'a>>;
}

/// A tool of a runner.
#[derive(Clone)]
pub(crate) struct Offered {
    pub(crate) granted: GrantedTool,
    /// Who answers; in a replay, nobody.
    pub(crate) tool: Option<Arc<dyn Tool>>,
}

/// The tools of a runner, in the order in which they were given.
#[derive(Clone, Default)]
pub struct Toolbox {
    tools: Arc<[Offered]>,
    /// How much it matters where the arguments of a tool with effects come from.
    pub taint: Taint,
    pub(crate) approver: Option<Arc<dyn Approve>>,
}

/// The tools of a recorded run that are not offered as they were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnlikeTools {
    /// The names of those that are not offered.
    pub missing: Vec<SmolStr>,
    /// The names of those that are offered with other parameters or effects.
    pub different: Vec<SmolStr>,
}

/// What a toolbox is made of.
#[derive(Clone, Default)]
pub(crate) struct ToolboxParts {
    pub(crate) tools: Vec<Arc<dyn Tool>>,
    pub(crate) grants: BTreeMap<SmolStr, ToolGrant>,
    pub(crate) taint: Taint,
    pub(crate) approver: Option<Arc<dyn Approve>>,
}

impl ToolboxParts {
    /// Puts the tools and their grants together.
    ///
    /// # Errors
    /// [`RunError::ToolName`] where a tool can't have its name, [`RunError::NoSuchTool`] where a grant is for no tool.
    pub(crate) fn build(self) -> Result<Toolbox, RunError> {
        let mut grants = self.grants;
        let mut tools: Vec<Offered> = Vec::with_capacity(self.tools.len());
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
            tools.push(Offered {
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
            return Err(RunError::NoSuchTool { name, known });
        }
        Ok(Toolbox {
            tools: tools.into(),
            taint: self.taint,
            approver: self.approver,
        })
    }
}

impl Toolbox {
    /// Returns the tools of a recorded run, under the grants that they had. Those of `given` answer for them.
    #[must_use]
    pub fn recorded(tools: &[GrantedTool], taint: Taint, given: &Self) -> Self {
        let offered = |granted: &GrantedTool| Offered {
            granted: granted.clone(),
            tool: given.get(&granted.tool.name).and_then(|given| given.tool.clone()),
        };
        Self {
            tools: tools.iter().map(offered).collect(),
            taint,
            approver: given.approver.clone(),
        }
    }

    /// Takes the grants of `given` where these say something of their own.
    #[must_use]
    pub fn granted_anew(mut self, given: &Self) -> Self {
        let anew = |offered: &Offered| {
            let grant = given.get(&offered.granted.tool.name).map(|given| given.granted.grant);
            let grant = grant.filter(|grant| *grant != ToolGrant::default());
            Offered {
                granted: GrantedTool {
                    grant: grant.unwrap_or(offered.granted.grant),
                    ..offered.granted.clone()
                },
                ..offered.clone()
            }
        };
        self.tools = self.tools.iter().map(anew).collect();
        self
    }

    /// Compares what is offered with what a recorded run had: each of its tools must be there, and take and do the same.
    ///
    /// # Errors
    /// [`UnlikeTools`].
    pub fn compare(&self, recorded: &[GrantedTool]) -> Result<(), UnlikeTools> {
        let (mut missing, mut different) = (Vec::new(), Vec::new());
        for granted in recorded {
            let then = &granted.tool;
            let now = self.get(&then.name).map(|offered| &offered.granted.tool);
            match now.map(|now| (&now.parameters, now.access, now.reach)) {
                None => missing.push(then.name.clone()),
                // How it is described in words is no matter: the run goes by the words that it began with.
                Some(now) if now == (&then.parameters, then.access, then.reach) => {}
                Some(_) => different.push(then.name.clone()),
            }
        }
        match missing.is_empty() && different.is_empty() {
            true => Ok(()),
            false => Err(UnlikeTools { missing, different }),
        }
    }

    /// Compares what is offered with what a recorded run had, whose tools need not all be there.
    ///
    /// # Errors
    /// [`UnlikeTools`], without those that are missing.
    pub fn compare_offered(&self, recorded: &[GrantedTool]) -> Result<(), UnlikeTools> {
        match self.compare(recorded) {
            Err(UnlikeTools { different, .. }) if !different.is_empty() => Err(UnlikeTools {
                missing: Vec::new(),
                different,
            }),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Returns `true` if there are no tools.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tools.is_empty()
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Offered> {
        self.tools.iter().find(|offered| offered.granted.tool.name == name)
    }

    /// Returns the tools as a journal holds them.
    pub(crate) fn granted(&self) -> Vec<GrantedTool> {
        self.tools.iter().map(|offered| offered.granted.clone()).collect()
    }

    /// Returns the tools that runs have which stand so many levels below the root run.
    fn at(&self, depth: usize) -> impl Iterator<Item = &GrantedTool> {
        let depth = u32::try_from(depth).unwrap_or(u32::MAX);
        let granted = self.tools.iter().map(|offered| &offered.granted);
        granted.filter(move |granted| granted.grant.reaches(depth, granted.tool.counts_as_effect()))
    }

    /// Returns them as the machine knows them.
    pub(crate) fn host_tools(&self, depth: usize) -> Vec<HostTool> {
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

    /// Returns them as the root model is shown them.
    pub(crate) fn shown(&self, depth: usize) -> Vec<ShownTool> {
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

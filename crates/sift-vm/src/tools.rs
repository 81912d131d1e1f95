//! Tools of the host in a session: which names are valid, and how tools are bound.

use sift_runtime::runtime::{GIVEN, HostTool};
use sift_stdlib::{is_given, library};
use sift_strings::methods::isidentifier;
use sift_syntax::KEYWORDS;
use sift_values::value::{Label, Type};
use smol_str::SmolStr;

use crate::step::Machine;

/// The maximum number of characters in the name of a tool.
pub const MAX_TOOL_NAME: usize = 64;

/// The error of an invalid tool name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ToolNameError {
    /// The name is not a valid function name.
    #[error(
        "`{}` is no name of a function: letters, digits and _, at most {MAX_TOOL_NAME}, no _ or digit first, no keyword", name.escape_debug()
    )]
    NotAName {
        /// The invalid name.
        name: SmolStr,
    },
    /// The name already has another meaning in programs.
    #[error("programs have a `{name}` already, which a tool of this name would hide")]
    Taken {
        /// The name that already has another meaning.
        name: SmolStr,
    },
    /// Two tools have the same name.
    #[error("two tools are named `{name}`")]
    Twice {
        /// The name that the tools share.
        name: SmolStr,
    },
}

/// Checks that a name is valid for a tool and has no other meaning in programs.
///
/// ```
/// use sift_vm::check_tool_name;
///
/// assert!(check_tool_name("orders").is_ok());
/// assert!(check_tool_name("llm_query").is_err(), "it is taken");
/// assert!(check_tool_name("not a name").is_err());
/// ```
///
/// # Errors
/// [`ToolNameError::NotAName`] and [`ToolNameError::Taken`].
pub fn check_tool_name(name: &str) -> Result<(), ToolNameError> {
    let is_plain = name.is_ascii() && name.len() <= MAX_TOOL_NAME && isidentifier(name);
    if !is_plain || name.starts_with('_') || KEYWORDS.contains(&name) {
        return Err(ToolNameError::NotAName { name: name.into() });
    }
    let scope = library().scope();
    if scope.names.contains_key(name) || scope.modules.contains_key(name) || GIVEN.contains(&name) {
        return Err(ToolNameError::Taken { name: name.into() });
    }
    Ok(())
}

/// Returns `true` if a tool that [hides](HostTool::hides) a library function may have this name.
/// This holds for the names of library functions that Python does not have. `FINAL` and `FINAL_VAR`
/// are excluded, because programs end a run with them.
///
/// ```
/// use sift_vm::can_be_hidden;
///
/// assert!(can_be_hidden("search") && can_be_hidden("llm_query"));
/// assert!(!can_be_hidden("len") && !can_be_hidden("context") && !can_be_hidden("FINAL"));
/// ```
#[must_use]
pub fn can_be_hidden(name: &str) -> bool {
    !matches!(name, "FINAL" | "FINAL_VAR") && is_given(library(), name)
}

impl Machine {
    /// Binds tools of the host before the first program of the session. A call of a tool is a
    /// [`HostQuestion::Tool`](crate::HostQuestion::Tool) to the host.
    ///
    /// ```
    /// use sift_syntax::Signature;
    /// use sift_text::Text;
    /// use sift_vm::{ContextData, HostAnswer, HostQuestion, HostRequest, HostTool, Machine, Settings, Step, ToolAccess};
    ///
    /// let status = HostTool {
    ///     signature: Signature::parse("status(order: str) -> dict")?,
    ///     access: ToolAccess::Read,
    ///     doc: "Returns the status of an order.".to_owned(),
    ///     hides: false,
    /// };
    /// # let status_of = |_: &str| r#"{"late": true}"#.to_owned();
    /// let mut machine = Machine::new(Settings::default(), ContextData::default(), "").with_tools(vec![status])?;
    /// let program = machine.compile("late = status('A-1')['late']").map_err(|refusal| format!("{refusal:?}"))?;
    /// let mut step = machine.start(&program, 1_000_000);
    /// while let Step::Needs(mut needs) = step {
    ///     if let Some(HostRequest { question: HostQuestion::Tool { arguments, .. }, .. }) = needs.asked() {
    ///         let value = status_of(arguments);
    ///         needs.answer(HostAnswer::Value(Text::from_string(value)));
    ///     }
    ///     step = needs.resume(Vec::new(), 1_000_000);
    /// }
    /// assert!(matches!(step, Step::Done(done) if done.machine.get("late") == Ok(true)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`ToolNameError`] if one of the names is invalid or taken.
    pub fn with_tools(mut self, tools: impl IntoIterator<Item = HostTool>) -> Result<Self, ToolNameError> {
        for tool in tools {
            self.add_tool(tool)?;
        }
        Ok(self)
    }

    /// Binds a tool of the host for the programs that follow.
    ///
    /// # Errors
    /// The errors of [`with_tools`](Self::with_tools).
    pub fn add_tool(&mut self, tool: HostTool) -> Result<(), ToolNameError> {
        let name = tool.signature.name.clone();
        if !(tool.hides && can_be_hidden(&name)) {
            check_tool_name(&name)?;
        }
        if self.inner.variable(&name).is_some() {
            return Err(ToolNameError::Twice { name });
        }
        let value = self.inner.tools.add(tool);
        self.inner.set_global(&name, value);
        Ok(())
    }

    /// Labels the question (`query`) as derived from the context and from replies. For a child run,
    /// whose question was written by a program.
    #[must_use]
    pub fn with_derived_question(mut self) -> Self {
        if let Some(query) = self.inner.variable("query").filter(|query| query.kind() == Type::Str) {
            self.inner.set_global("query", query.labelled(Label::ANY));
        }
        self
    }
}

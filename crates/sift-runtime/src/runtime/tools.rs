//! Tools of the host, which programs call like library functions.

use sift_syntax::{Binding, Signature};
use sift_text::{OriginKind, Text};
use sift_values::value::{Label, Type, Value};
use smol_str::SmolStr;

/// A tool provided by the host, as programs see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostTool {
    /// The name and parameters of the tool.
    pub signature: Signature,
    /// The description of the tool, shown by `help()`.
    pub doc: String,
    /// Whether the tool has side effects.
    pub access: ToolAccess,
    /// Whether the tool may hide a library function with the same name; see
    /// `sift_vm::can_be_hidden`.
    pub hides: bool,
}

/// Whether a tool only reads, or has side effects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ToolAccess {
    /// The tool has no side effects.
    Read,
    /// The tool has side effects. It is called only when all earlier calls of the program are
    /// settled.
    Effect,
}

/// The sources that a value or decision derives from, in addition to the program itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Derived {
    /// Whether the value derives from the context.
    pub context: bool,
    /// Whether the value derives from replies of models.
    pub replies: bool,
    /// Whether the value derives from results of tools.
    pub tools: bool,
}

impl Derived {
    /// Adds the sources that a taint label contains.
    pub fn add(&mut self, label: Label) {
        self.context |= label.holds(Label::CONTEXT);
        self.replies |= label.holds(Label::REPLY);
        self.tools |= label.holds(Label::TOOL);
    }

    /// Adds the sources from which the pieces of a text originate.
    pub fn add_origins(&mut self, text: &Text) {
        let kinds = text.origin_kinds();
        self.context |= kinds.contains(OriginKind::Source);
        self.replies |= kinds.contains(OriginKind::Reply);
    }

    /// Returns `true` if a value derives only from the program itself, and from none of the other
    /// sources.
    #[must_use]
    pub const fn is_program_alone(self) -> bool {
        !self.context && !self.replies && !self.tools
    }
}

/// The host's tools in a session, by number.
#[derive(Debug, Default, Clone)]
pub struct Tools(Vec<HostTool>);

impl Tools {
    /// Adds a tool of the host. Returns the value by which programs call it.
    pub fn add(&mut self, tool: HostTool) -> Value {
        let number = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        self.0.push(tool);
        Value::indexed(Type::Tool, number)
    }

    /// Returns the tool that a value refers to, or `None` for other values.
    pub fn get(&self, value: Value) -> Option<&HostTool> {
        self.0.get(value.index()).filter(|_| value.kind() == Type::Tool)
    }

    /// Returns the name of the tool that a value refers to, or an empty name for other values.
    pub fn name(&self, value: Value) -> &SmolStr {
        static NONE: SmolStr = SmolStr::new_static("");
        self.get(value).map_or(&NONE, |tool| &tool.signature.name)
    }

    /// Returns the binding by which the static checker knows a tool, or `None` for other values.
    pub fn binding(&self, value: Value) -> Option<Binding> {
        self.get(value).map(|tool| Binding::Function(tool.signature.clone()))
    }

    /// Returns the help text of the tool that a value refers to: its signature and description. The
    /// text is empty for other values.
    pub fn help(&self, value: Value) -> String {
        self.get(value).map_or_else(String::new, shown)
    }

    /// Returns the help text of the tool with this name: its signature and description.
    pub fn help_named(&self, name: &str) -> Option<String> {
        self.0.iter().find(|tool| tool.signature.name == name).map(shown)
    }
}

fn shown(tool: &HostTool) -> String {
    format!("{}\n    {}", tool.signature, tool.doc)
}

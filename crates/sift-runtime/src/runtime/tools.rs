//! Tools of the host: programs call them like library functions, and the host answers.

use sift_syntax::{Binding, Signature};
use sift_text::{OriginKind, Text};
use sift_values::value::{Label, Type, Value};
use smol_str::SmolStr;

/// A tool of the host, as programs see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostTool {
    /// Its name and parameters.
    pub signature: Signature,
    /// A description, for `help()`.
    pub doc: String,
    /// Its effects.
    pub access: ToolAccess,
    /// Whether it may hide a library function of the same name; see `sift_vm::can_be_hidden`.
    pub hides: bool,
}

/// The effects of a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ToolAccess {
    /// It only reads.
    Read,
    /// It has side effects: it is called when all earlier calls of the program are settled.
    Effect,
}

/// The sources that values derive from, beside the program itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Derived {
    /// The context.
    pub context: bool,
    /// Replies of models.
    pub replies: bool,
    /// Results of tools.
    pub tools: bool,
}

impl Derived {
    /// Adds the sources of a label.
    pub fn add(&mut self, label: Label) {
        self.context |= label.holds(Label::CONTEXT);
        self.replies |= label.holds(Label::REPLY);
        self.tools |= label.holds(Label::TOOL);
    }

    /// Adds the sources of a text.
    pub fn add_origins(&mut self, text: &Text) {
        let kinds = text.origin_kinds();
        self.context |= kinds.contains(OriginKind::Source);
        self.replies |= kinds.contains(OriginKind::Reply);
    }

    /// Returns `true` if the value derives from the program alone.
    #[must_use]
    pub const fn is_program_alone(self) -> bool {
        !self.context && !self.replies && !self.tools
    }
}

/// The tools of a session, by number.
#[derive(Debug, Default, Clone)]
pub struct Tools(Vec<HostTool>);

impl Tools {
    /// Adds a tool; returns its value.
    pub fn add(&mut self, tool: HostTool) -> Value {
        let number = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        self.0.push(tool);
        Value::indexed(Type::Tool, number)
    }

    /// Returns a tool; `None` for other values.
    pub fn get(&self, value: Value) -> Option<&HostTool> {
        self.0.get(value.index()).filter(|_| value.kind() == Type::Tool)
    }

    /// Returns the name of the tool that a value refers to; empty if it is none.
    pub fn name(&self, value: Value) -> &SmolStr {
        static NONE: SmolStr = SmolStr::new_static("");
        self.get(value).map_or(&NONE, |tool| &tool.signature.name)
    }

    /// Returns the checker's binding of a tool; `None` for other values.
    pub fn binding(&self, value: Value) -> Option<Binding> {
        self.get(value).map(|tool| Binding::Function(tool.signature.clone()))
    }

    /// Returns the signature and description of a tool; empty for other values.
    pub fn help(&self, value: Value) -> String {
        self.get(value).map_or_else(String::new, shown)
    }

    /// Returns the signature and description of the tool of this name.
    pub fn help_named(&self, name: &str) -> Option<String> {
        self.0.iter().find(|tool| tool.signature.name == name).map(shown)
    }
}

fn shown(tool: &HostTool) -> String {
    format!("{}\n    {}", tool.signature, tool.doc)
}

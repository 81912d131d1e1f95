//! The description of a tool.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sift_syntax::Signature;
use smol_str::SmolStr;

use crate::schema;

/// The maximum length of a tool's description, in characters. Longer descriptions are truncated.
pub const MAX_DESCRIPTION_CHARS: usize = 600;

/// Whether a tool only reads or has effects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// The tool only reads, so that a repeated call is harmless.
    Read,
    /// The tool has effects, such as writing a file.
    #[default]
    Effect,
}

/// Whether a tool sends its arguments out of this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// The tool stays on this machine: no other party receives its arguments.
    #[serde(rename = "here")]
    Local,
    /// The tool sends its arguments to other machines, so that even a call that only reads can leak
    /// text.
    #[default]
    #[serde(rename = "outside")]
    External,
}

/// The name, parameters and effects of a tool.
///
/// ```
/// use rlm_tools::{Access, Reach, ToolDescription};
/// use serde_json::json;
///
/// let article = json!({"type": "object", "properties": {"article": {"type": "string"}}, "required": ["article"]});
/// let stock = ToolDescription::new("stock", "Returns how many of an article are in stock.").parameters(article);
/// assert_eq!(stock.signature().to_string(), "stock(article: str)");
/// assert!(stock.counts_as_effect(), "as long as nothing else is said");
/// assert!(!stock.access(Access::Read, Reach::Local).counts_as_effect());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolDescription {
    /// The name by which programs call the tool.
    pub name: SmolStr,
    /// A description for the model, in one line of at most [`MAX_DESCRIPTION_CHARS`] characters.
    pub description: String,
    /// The JSON Schema of the tool's arguments, an object schema.
    pub parameters: Value,
    /// Whether the tool has effects; default [`Access::Effect`].
    #[serde(default)]
    pub access: Access,
    /// Whether the tool sends its arguments out of this machine; default [`Reach::External`].
    #[serde(default)]
    pub reach: Reach,
}

impl ToolDescription {
    /// Describes a tool without arguments. It is assumed to have effects and to leave the machine
    /// until [`access`](Self::access) is called.
    #[must_use]
    pub fn new(name: impl Into<SmolStr>, description: &str) -> Self {
        Self {
            name: name.into(),
            description: one_line(description),
            parameters: serde_json::json!({"type": "object", "properties": {}}),
            access: Access::default(),
            reach: Reach::default(),
        }
    }

    /// Sets the JSON Schema of the tool's arguments, an object schema.
    #[must_use]
    pub fn parameters(mut self, schema: Value) -> Self {
        self.parameters = schema;
        self
    }

    /// Sets whether the tool has effects, and whether it leaves the machine.
    #[must_use]
    pub const fn access(mut self, access: Access, reach: Reach) -> Self {
        self.access = access;
        self.reach = reach;
        self
    }

    /// Returns `true` if the arguments of calls are checked as for a tool with effects. This
    /// includes tools that only read but leave the machine.
    #[must_use]
    pub const fn counts_as_effect(&self) -> bool {
        matches!(self.access, Access::Effect) || matches!(self.reach, Reach::External)
    }

    /// Returns the signature of the function that programs call.
    #[must_use]
    pub fn signature(&self) -> Signature {
        schema::signature(&self.name, &self.parameters)
    }
}

/// Joins a text into one line and truncates it to [`MAX_DESCRIPTION_CHARS`].
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    match line.char_indices().nth(MAX_DESCRIPTION_CHARS) {
        Some((end, _)) => {
            line.truncate(end);
            line.push('…');
            line
        }
        None => line,
    }
}

//! What a tool says of itself.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sift_syntax::Signature;
use smol_str::SmolStr;

use crate::schema;

/// The most characters of a description that are kept.
pub const MAX_DESCRIPTION_CHARS: usize = 600;

/// What a tool does to the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// It only looks: calling it twice is as good as once.
    Read,
    /// It does something.
    #[default]
    Effect,
}

/// How far a tool reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// It stays on this machine: nobody else learns what it was given.
    Here,
    /// It leaves the machine, so that even what only looks can carry text away.
    #[default]
    Outside,
}

/// What a tool is called, what it takes and what it does.
///
/// ```
/// use rlm_tools::{Access, Reach, ToolDescription};
/// use serde_json::json;
///
/// let article = json!({"type": "object", "properties": {"article": {"type": "string"}}, "required": ["article"]});
/// let stock = ToolDescription::new("stock", "Returns how many of an article are in stock.").parameters(article);
/// assert_eq!(stock.signature().to_string(), "stock(article: str)");
/// assert!(stock.counts_as_effect(), "as long as nothing else is said");
/// assert!(!stock.access(Access::Read, Reach::Here).counts_as_effect());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolDescription {
    /// The name by which programs call it.
    pub name: SmolStr,
    /// What it does, in one line.
    pub description: String,
    /// The JSON schema of its arguments: that of an object.
    pub parameters: Value,
    /// What it does to the world.
    #[serde(default)]
    pub access: Access,
    /// How far it reaches.
    #[serde(default)]
    pub reach: Reach,
}

impl ToolDescription {
    /// Describes a tool without arguments, that has effects and leaves the machine as long as nothing else is said.
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

    /// Sets the JSON schema of its arguments: that of an object.
    #[must_use]
    pub fn parameters(mut self, schema: Value) -> Self {
        self.parameters = schema;
        self
    }

    /// Sets what it does to the world, and how far it reaches.
    #[must_use]
    pub const fn access(mut self, access: Access, reach: Reach) -> Self {
        self.access = access;
        self.reach = reach;
        self
    }

    /// Tells whether it counts as one with effects where it matters what its arguments derive from: what leaves the machine does,
    /// though it only looks.
    #[must_use]
    pub const fn counts_as_effect(&self) -> bool {
        matches!(self.access, Access::Effect) || matches!(self.reach, Reach::Outside)
    }

    /// Returns the function that programs see.
    #[must_use]
    pub fn signature(&self) -> Signature {
        schema::signature(&self.name, &self.parameters)
    }
}

/// Makes one bounded line of a text.
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

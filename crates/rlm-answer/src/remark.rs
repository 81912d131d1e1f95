//! Remarks to a model, which keep quoted text separate.

use std::fmt;

/// A sentence for a model, worded by this crate. Text from other sources, such as a value that
/// violates a schema, is quoted separately, so that it can be shown in a marked block.
///
/// ```
/// use rlm_answer::Remark;
///
/// let remark = Remark::quoting("it does not meet the goal:", "no date is named.");
/// assert_eq!(remark.to_string(), "it does not meet the goal: no date is named.");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The sentence, without the quoted text that follows it.
    pub words: String,
    /// Quoted text from other sources, which follows the sentence; `None` if there is none.
    pub quoted: Option<String>,
}

impl Remark {
    /// Creates a remark with a sentence that introduces quoted text.
    #[must_use]
    pub fn quoting(words: impl Into<String>, quoted: impl Into<String>) -> Self {
        Self {
            words: words.into(),
            quoted: Some(quoted.into()),
        }
    }

    /// Joins remarks with spaces to one text, for display.
    #[must_use]
    pub fn joined(remarks: &[Self]) -> String {
        let said: Vec<String> = remarks.iter().map(Self::to_string).collect();
        said.join(" ")
    }
}

impl From<String> for Remark {
    fn from(words: String) -> Self {
        Self { words, quoted: None }
    }
}

impl From<&str> for Remark {
    fn from(words: &str) -> Self {
        words.to_owned().into()
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)?;
        self.quoted.as_ref().map_or(Ok(()), |quoted| write!(f, " {quoted}"))
    }
}

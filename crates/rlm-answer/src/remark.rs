//! Our own words to a model, with words of others where those say more.

use std::fmt;

/// A sentence that a model is told in our own words. What others wrote, such as a value that a schema does not take, stands beside it
/// in a marked block.
///
/// ```
/// use rlm_answer::Remark;
///
/// let remark = Remark::quoting("it does not meet the goal:", "no date is named.");
/// assert_eq!(remark.to_string(), "it does not meet the goal: no date is named.");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Our own words.
    pub words: String,
    /// What others wrote, to which those lead.
    pub quoted: Option<String>,
}

impl Remark {
    /// Makes one that leads to what others wrote.
    #[must_use]
    pub fn quoting(words: impl Into<String>, quoted: impl Into<String>) -> Self {
        Self {
            words: words.into(),
            quoted: Some(quoted.into()),
        }
    }

    /// Joins several with spaces, for people.
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

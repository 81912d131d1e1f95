//! The front matter of templates.

use smol_str::SmolStr;

use crate::error::{PromptError, PromptPlace};

/// The front matter of a template: the lines between the two `---` lines at its start.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FrontMatter {
    /// The purpose of the prompt, in a sentence.
    pub purpose: String,
    /// The variables that the template uses, in the order in which they are listed.
    pub variables: Vec<SmolStr>,
    /// The maximum number of tokens of a small rendering; `None` in journals of earlier releases.
    pub budget: Option<u64>,
    /// The number of lines of the front matter, including both `---` lines.
    pub(crate) lines: usize,
}

impl FrontMatter {
    /// Splits a template's text into its front matter and its body.
    ///
    /// ```
    /// use rlm_prompt::FrontMatter;
    ///
    /// let text = "---\npurpose: Asks for a summary.\nvariables: turns\nbudget: 40\n---\nSum up {{ turns }} turns.\n";
    /// let (matter, body) = FrontMatter::split("compact", text)?;
    /// assert_eq!((matter.variables[0].as_str(), matter.budget), ("turns", Some(40)));
    /// assert_eq!(body, "Sum up {{ turns }} turns.\n");
    /// # Ok::<(), rlm_prompt::PromptError>(())
    /// ```
    ///
    /// # Errors
    /// [`PromptError::FrontMatter`] if the text does not begin with `---` lines around `purpose:`,
    /// `variables:` and `budget:`.
    pub fn split<'t>(name: &str, text: &'t str) -> Result<(Self, &'t str), PromptError> {
        let wrong = |line: usize, detail: &str| PromptError::FrontMatter {
            place: PromptPlace::of(name, None).at(Some(line)),
            detail: detail.to_owned(),
        };
        let rest = text
            .strip_prefix("---\n")
            .ok_or_else(|| wrong(1, "it must start with a line `---`"))?;
        let (head, body) = rest
            .split_once("\n---\n")
            .ok_or_else(|| wrong(1, "missing closing line `---`"))?;
        let mut front = Self {
            lines: head.lines().count().saturating_add(2),
            ..Self::default()
        };
        for (line, number) in head.lines().zip(2..) {
            match line.split_once(':') {
                Some(("purpose", purpose)) => front.purpose = purpose.trim().to_owned(),
                Some(("variables", names)) => {
                    let names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
                    front.variables = names.map(SmolStr::new).collect();
                }
                Some(("budget", tokens)) => match tokens.trim().parse() {
                    Ok(tokens) => front.budget = Some(tokens),
                    Err(_) => return Err(wrong(number, "`budget:` must be a number of tokens")),
                },
                _ => {
                    let detail = format!("expected `purpose:`, `variables:` or `budget:`, got `{line}`");
                    return Err(wrong(number, &detail));
                }
            }
        }
        match front.purpose.is_empty() {
            true => Err(wrong(1, "missing `purpose:`")),
            false => Ok((front, body)),
        }
    }
}

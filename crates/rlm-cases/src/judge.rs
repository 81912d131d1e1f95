//! Checking of runs against the expectations of test cases.

use regex::Regex;
use rlm_model::{Cost, Validator};
#[cfg(feature = "schemas")]
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::{Expectations, Facts};

/// The number of characters that a message shows on either side of the first difference between two
/// texts.
const SHOWN: usize = 60;

/// The compiled expectations of a case, against which runs are checked.
///
/// ```
/// use rlm_cases::{CaseFile, Checks, Facts};
/// use rlm_trace::RecordedRun;
///
/// let file = CaseFile::read(
///     r#"
///     question = "What became of the proposal?"
///     [expect]
///     contains = ["Wednesdays", "Saturdays"]
///     max_steps = 3
///     "#,
/// )?;
/// let run = RecordedRun::read("../../examples/recorded/minutes.jsonl")?;
/// let checks = Checks::new(&file.cases[0].expect, None)?;
/// let unmet: Vec<_> = checks.judge(&Facts::of(&run.records)).iter().map(|unmet| unmet.expectation).collect();
/// assert_eq!(unmet, ["contains", "max_steps"], "no Saturdays, and four steps");
/// // For a run that was recorded under another prompt, only the answer is checked.
/// assert_eq!(checks.judge_answer(&Facts::of(&run.records)).len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Checks<'e> {
    expect: &'e Expectations,
    patterns: Vec<Regex>,
    schema: Option<Validator>,
}

/// An unmet expectation.
///
/// ```
/// use rlm_cases::Unmet;
///
/// let unmet = Unmet::new("max_steps", "at most 3", "4");
/// assert_eq!((unmet.expectation, unmet.found.as_str()), ("max_steps", "4"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(JsonSchema))]
pub struct Unmet {
    /// The name of the expectation in the case file.
    pub expectation: &'static str,
    /// The expected value.
    pub expected: String,
    /// The actual value.
    pub found: String,
    /// The first difference, if it can be located.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parts: Option<String>,
}

/// The aspect of a run that an expectation is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    /// The expectation is about the run's answer or outcome.
    Answer,
    /// The expectation is about the run's resource usage.
    Effort,
}

impl<'e> Checks<'e> {
    /// Compiles the patterns and the JSON schema of expectations. `schema` is the parsed schema if
    /// the case names a file.
    ///
    /// # Errors
    /// The error in a pattern or the schema, in one line.
    pub fn new(expect: &'e Expectations, schema: Option<&Value>) -> Result<Self, String> {
        let patterns = expect.matches.iter().map(|pattern| Regex::new(pattern));
        let patterns = patterns
            .collect::<Result<_, _>>()
            .map_err(|error| error.to_string().replace('\n', " "))?;
        let schema = schema.map(Validator::new).transpose();
        Ok(Self {
            expect,
            patterns,
            schema: schema.map_err(|error| format!("invalid JSON Schema: {error}"))?,
        })
    }

    /// Returns the expectations that a run doesn't meet.
    #[must_use]
    pub fn judge(&self, facts: &Facts) -> Vec<Unmet> {
        let mut unmet = self.judge_about(About::Answer, facts);
        unmet.extend(self.judge_about(About::Effort, facts));
        unmet
    }

    /// Returns the unmet expectations about answer and outcome, ignoring resource usage. Used for a
    /// run that was recorded under another prompt but answers the same question.
    #[must_use]
    pub fn judge_answer(&self, facts: &Facts) -> Vec<Unmet> {
        self.judge_about(About::Answer, facts)
    }

    fn judge_about(&self, about: About, facts: &Facts) -> Vec<Unmet> {
        let mut unmet = Vec::new();
        match about {
            About::Answer => {
                self.outcome(facts, &mut unmet);
                self.answer(facts, &mut unmet);
                self.citations(facts, &mut unmet);
            }
            About::Effort => self.effort(facts, &mut unmet),
        }
        unmet
    }

    fn outcome(&self, facts: &Facts, unmet: &mut Vec<Unmet>) {
        let expected = self.expect.outcome();
        if facts.outcome != expected {
            let why = facts.message.as_ref().map(|message| format!(": {message}"));
            unmet.push(Unmet::new(
                "outcome",
                expected,
                format!("{}{}", facts.outcome, why.unwrap_or_default()),
            ));
        }
    }

    fn answer(&self, facts: &Facts, unmet: &mut Vec<Unmet>) {
        let answer = facts.answer.as_deref().unwrap_or_default();
        let found = || match &facts.answer {
            Some(answer) => shown(answer),
            None => "no answer".to_owned(),
        };
        for text in self.expect.contains.iter().filter(|text| !answer.contains(*text)) {
            let other_case = answer.to_lowercase().contains(&text.to_lowercase());
            unmet.push(Unmet {
                parts: other_case.then(|| "found with different case".to_owned()),
                ..Unmet::new("contains", shown(text), found())
            });
        }
        for text in self.expect.not_contains.iter().filter(|text| answer.contains(*text)) {
            let at = answer.find(text).unwrap_or_default();
            unmet.push(Unmet {
                parts: Some(format!("at {}: {}", place(answer, at), around(answer, at))),
                ..Unmet::new("not_contains", format!("text without {}", shown(text)), found())
            });
        }
        for pattern in self.patterns.iter().filter(|pattern| !pattern.is_match(answer)) {
            unmet.push(Unmet::new("matches", format!("/{pattern}/"), found()));
        }
        if let Some(expected) = &self.expect.equals
            && expected.trim() != answer.trim()
        {
            unmet.push(Unmet {
                parts: Some(parting(expected.trim(), answer.trim())),
                ..Unmet::new("equals", shown(expected.trim()), found())
            });
        }
        if let Some(schema) = &self.schema {
            match serde_json::from_str::<Value>(answer) {
                Err(error) => unmet.push(Unmet {
                    parts: Some(error.to_string()),
                    ..Unmet::new("schema", "JSON", found())
                }),
                Ok(value) => unmet.extend(schema.violations(&value).into_iter().map(|violation| Unmet {
                    parts: Some(if violation.path.is_empty() {
                        "at the top level".to_owned()
                    } else {
                        format!("at {}", violation.path)
                    }),
                    ..Unmet::new("schema", "JSON that matches the schema", violation.message)
                })),
            }
        }
    }

    fn citations(&self, facts: &Facts, unmet: &mut Vec<Unmet>) {
        let Some(expected) = &self.expect.citations else {
            return;
        };
        if expected.verified {
            unmet.extend(
                facts
                    .unverified
                    .iter()
                    .map(|quote| Unmet::new("citations", "quotes found in the context", shown(quote))),
            );
        }
        let cited = || match facts.cited.is_empty() {
            true => "no citations".to_owned(),
            false => facts.cited.join(", "),
        };
        let missing = expected.documents.iter().filter(|name| !facts.cited.contains(name));
        unmet.extend(missing.map(|name| Unmet::new("citations", format!("a citation of {name}"), cited())));
        if let Some(min) = expected.min.filter(|min| facts.citations < *min) {
            unmet.push(Unmet::new(
                "citations",
                format!("at least {min}"),
                facts.citations.to_string(),
            ));
        }
    }

    fn effort(&self, facts: &Facts, unmet: &mut Vec<Unmet>) {
        let mut at_most = |name, most: Option<u64>, found: u64| {
            if let Some(most) = most.filter(|most| found > *most) {
                unmet.push(Unmet::new(name, format!("at most {most}"), found.to_string()));
            }
        };
        at_most("max_steps", self.expect.max_steps.map(u64::from), facts.steps.into());
        at_most("max_subcalls", self.expect.max_subcalls, facts.subcalls);
        at_most("max_tokens", self.expect.max_tokens, facts.tokens);
        if let Some(most) = self.expect.max_cost {
            let is_within = matches!(facts.cost, Cost::Known(cost) if cost <= most);
            if !is_within {
                unmet.push(Unmet::new(
                    "max_cost",
                    format!("at most {most}"),
                    facts.cost.to_string(),
                ));
            }
        }
        if let Some(least) = self.expect.min_coverage {
            let percent = percent(facts.covered_bytes, facts.context_bytes);
            if percent < least {
                unmet.push(Unmet::new(
                    "min_coverage",
                    format!("at least {least} %"),
                    format!("{percent:.1} %"),
                ));
            }
        }
    }
}

impl Unmet {
    /// Creates an unmet expectation from its name in the case, the expected value and the actual
    /// one.
    #[must_use]
    pub fn new(expectation: &'static str, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self {
            expectation,
            expected: expected.into(),
            found: found.into(),
            parts: None,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a percentage of bytes")]
fn percent(part: u64, whole: u64) -> f64 {
    match whole {
        0 => 100.0,
        whole => part as f64 * 100.0 / whole as f64,
    }
}

/// Describes the first difference between the expected and the actual text.
fn parting(expected: &str, found: &str) -> String {
    let mut at = 0;
    for (left, right) in expected.chars().zip(found.chars()) {
        if left != right {
            break;
        }
        at += left.len_utf8();
    }
    let rest = |text: &str| match text.get(at..).unwrap_or_default() {
        "" => "the end of the text".to_owned(),
        rest => shown(rest),
    };
    format!(
        "at {}: expected {}, got {}",
        place(found, at),
        rest(expected),
        rest(found)
    )
}

/// Returns the line and column of a byte offset, such as `line 2, column 5`. Omits the line if the
/// text is one line.
fn place(text: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or(text);
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    match text.contains('\n') {
        true => format!("line {}, column {column}", before.matches('\n').count() + 1),
        false => format!("column {column}"),
    }
}

/// Returns the part of a text around a byte offset, in quotation marks.
fn around(text: &str, at: usize) -> String {
    let before: Vec<char> = text.get(..at).unwrap_or_default().chars().collect();
    let from = before.len().saturating_sub(SHOWN / 2);
    let mut words: String = before.get(from..).unwrap_or_default().iter().collect();
    words.push_str(text.get(at..).unwrap_or_default());
    shown(&words)
}

/// Returns the beginning of a text, in quotation marks.
fn shown(text: &str) -> String {
    let mut short: String = text.chars().take(SHOWN * 2).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("“{short}”")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_mismatches_report_line_and_column() {
        assert_eq!(
            parting("one\ntwo", "one\ntoo"),
            "at line 2, column 2: expected “wo”, got “oo”"
        );
        assert_eq!(parting("größer", "groß"), "at column 3: expected “ößer”, got “oß”");
        assert_eq!(parting("ab", "a"), "at column 2: expected “b”, got the end of the text");
        assert_eq!(parting("größer", "groß"), "at column 3: expected “ößer”, got “oß”");
        assert_eq!(parting("ab", "a"), "at column 2: expected “b”, got the end of the text");
    }
}

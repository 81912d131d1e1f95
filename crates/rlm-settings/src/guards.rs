//! The guards against a run that ends too early or loops uselessly.

use rlm_answer::InvalidSetting;
use serde::{Deserialize, Serialize};

use crate::json::is_false;

/// The guards against a run that ends too early or loops uselessly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default = "Guards::none", deny_unknown_fields)]
pub struct Guards {
    /// Whether the root run must run a program before it answers; default `false`.
    #[serde(skip_serializing_if = "is_false")]
    pub require_repl_before_final: bool,
    /// Whether a program must call a sub-model before the root run answers; default `false`.
    #[serde(skip_serializing_if = "is_false")]
    pub require_subcall_before_final: bool,
    /// The maximum number of consecutive replies without a new program. The next such reply ends
    /// the run: with a best-effort answer or, if no program ever ran, as `unable`. `None` for no
    /// limit; default 3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invalid_response_limit: Option<u32>,
    /// A program that runs once if the root model's reply has none. It runs when
    /// `invalid_response_limit` is reached or, without that limit, at the first reply without a
    /// program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fallback_code: Option<String>,
    /// Whether a literal answer is discarded once if its program is the first to read the data. The
    /// model wrote such an answer before it saw the program's output.
    #[serde(skip_serializing_if = "is_false")]
    pub look_before_final: bool,
    /// Whether the model is notified when it sends the same program again and the result is the
    /// same.
    #[serde(skip_serializing_if = "is_false")]
    pub notice_repeats: bool,
    /// The maximum number of consecutive programs that fail because of the same tool. The next such
    /// program ends the run as `tool_error`. `None` for no limit; default 3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_failure_limit: Option<u32>,
    /// Whether a run in which no program ever ran ends at a limit without an answer. Otherwise it
    /// may give a best-effort answer that has no evidence.
    #[serde(skip_serializing_if = "is_false")]
    pub best_answer_needs_program: bool,
    /// Whether a final answer outside of programs is sent back once if the output limit or a
    /// content filter truncated it. If the next answer is truncated too, it is partial.
    #[serde(skip_serializing_if = "is_false")]
    pub whole_answers: bool,
}

impl Default for Guards {
    /// Returns the default guards: literal answers of the first program are discarded, and repeats
    /// are reported. A run ends after three consecutive replies without a new program, or three
    /// consecutive programs that fail because of the same tool. Truncated answers are sent back,
    /// and a best-effort answer at a limit needs a program that ran. All other guards are off.
    fn default() -> Self {
        Self {
            invalid_response_limit: Some(3),
            look_before_final: true,
            notice_repeats: true,
            tool_failure_limit: Some(3),
            best_answer_needs_program: true,
            whole_answers: true,
            ..Self::none()
        }
    }
}

impl Guards {
    /// Returns guards that are all off, as in earlier releases.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            require_repl_before_final: false,
            require_subcall_before_final: false,
            invalid_response_limit: None,
            fallback_code: None,
            look_before_final: false,
            notice_repeats: false,
            tool_failure_limit: None,
            best_answer_needs_program: false,
            whole_answers: false,
        }
    }

    pub(crate) fn is_none(&self) -> bool {
        *self == Self::none()
    }

    /// Checks the fallback program, if there is one.
    ///
    /// # Errors
    /// [`InvalidSetting`] if it is empty or does not parse.
    pub fn check(&self) -> Result<(), InvalidSetting> {
        let Some(code) = &self.fallback_code else {
            return Ok(());
        };
        let parsed = sift_syntax::parse(code);
        let first = parsed.diagnostics.first().map(|diagnostic| {
            let (line, _) = diagnostic.line_column(code);
            format!("line {line}: {}", diagnostic.message)
        });
        match (parsed.is_accepted(), code.trim().is_empty()) {
            (true, false) => Ok(()),
            (_, is_empty) => Err(InvalidSetting {
                setting: "fallback_code",
                detail: match is_empty {
                    true => "the program is empty".to_owned(),
                    false => first.unwrap_or_default(),
                },
            }),
        }
    }
}

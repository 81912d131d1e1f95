//! Reads the questions of a batch, one per line: as JSON values, or as they are.

use std::collections::HashMap;
use std::io::Read as _;
use std::path::Path;

use rlm_cli_output::failure::Failure;
use rlm_core::MAX_QUESTION_BYTES;
use serde_json::Value;

/// A line of the questions file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    /// The number of the line in the questions file, from 1.
    pub(crate) number: usize,
    /// The id of the question, a string or a number; by default the line number.
    pub(crate) id: Value,
    /// The question on the line, or the description of the error if the line is invalid.
    pub(crate) question: Result<String, String>,
}

/// Reads the questions of a batch. An invalid line is returned with its error, and does not affect
/// the other lines.
///
/// # Errors
/// [`Failure::ReadQuestion`]; [`Failure::Questions`] if two lines have the same id, or all lines
/// are blank.
pub(crate) fn read(path: &Path) -> Result<Vec<Line>, Failure> {
    let error = |cause| Failure::ReadQuestion {
        path: path.to_owned(),
        cause,
    };
    let bytes = if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).map_err(error)?;
        bytes
    } else {
        std::fs::read(path).map_err(error)?
    };
    let lines = lines(&String::from_utf8_lossy(&bytes));
    let wrong = |detail: String| Failure::Questions {
        path: path.to_owned(),
        detail,
    };
    if lines.is_empty() {
        return Err(wrong("contains no questions".to_owned()));
    }
    let mut numbers: HashMap<String, usize> = HashMap::new();
    for line in &lines {
        let id = line.id.to_string();
        if let Some(first) = numbers.insert(id.clone(), line.number) {
            return Err(wrong(format!(
                "lines {first} and {} have the same id {id}",
                line.number
            )));
        }
    }
    Ok(lines)
}

fn lines(text: &str) -> Vec<Line> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let numbered = (1..).zip(text.lines());
    numbered
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(number, line)| parse(number, line))
        .collect()
}

fn parse(number: usize, line: &str) -> Line {
    let (id, question) = match serde_json::from_str(line) {
        Ok(Value::String(question)) => (None, Ok(question)),
        Ok(Value::Object(mut fields)) => {
            let question = match fields.remove("question") {
                Some(Value::String(question)) => Ok(question),
                Some(_) => Err("`question` is not a string".to_owned()),
                None => Err("missing `question`".to_owned()),
            };
            match fields.remove("id") {
                Some(id @ (Value::String(_) | Value::Number(_))) => (Some(id), question),
                None | Some(Value::Null) => (None, question),
                Some(_) => (None, Err("`id` is not a string or a number".to_owned())),
            }
        }
        Ok(_) => (
            None,
            Err("expected an object with a `question`, or a string".to_owned()),
        ),
        Err(error) if line.trim_start().starts_with(['{', '[', '"']) => (None, Err(invalid_json(&error))),
        // A line of a plain list of questions.
        Err(_) => (None, Ok(line.trim().to_owned())),
    };
    Line {
        number,
        id: id.unwrap_or_else(|| number.into()),
        question: question.and_then(checked),
    }
}

/// Returns the error of a line that is not JSON, with its column. The caller knows the line.
fn invalid_json(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let cause = text.split(" at line ").next().unwrap_or_default();
    format!("invalid JSON at column {}: {cause}", error.column())
}

fn checked(question: String) -> Result<String, String> {
    match question.len() {
        _ if question.trim().is_empty() => Err("the question is empty".to_owned()),
        bytes if bytes > MAX_QUESTION_BYTES => Err(format!(
            "the question has {bytes} bytes; the maximum is {MAX_QUESTION_BYTES}"
        )),
        _ => Ok(question),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn question_lines_are_parsed_and_invalid_ones_report_the_error() {
        let text = "\u{feff}\"Who?\"\n\n{\"id\": \"b\", \"question\": \"Where?\", \"tag\": 1}\r\n{\"id\": [], \"question\": \"x\"}\n{\"id\": 9}\n\
            [1]\n{\"question\": 3}\n{\"question\": \" \"}\n{oops\n";
        let read: Vec<(usize, Value, Result<String, String>)> = lines(text)
            .into_iter()
            .map(|line| (line.number, line.id, line.question))
            .collect();
        let wrong = |text: &str| Err(text.to_owned());
        assert_eq!(
            read,
            [
                (1, json!(1), Ok("Who?".to_owned())),
                (3, json!("b"), Ok("Where?".to_owned())),
                (4, json!(4), wrong("`id` is not a string or a number")),
                (5, json!(9), wrong("missing `question`")),
                (6, json!(6), wrong("expected an object with a `question`, or a string")),
                (7, json!(7), wrong("`question` is not a string")),
                (8, json!(8), wrong("the question is empty")),
                (9, json!(9), wrong("invalid JSON at column 2: key must be a string")),
            ]
        );
    }
}

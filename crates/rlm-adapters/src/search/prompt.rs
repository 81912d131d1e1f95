//! Extraction of the question and the text to search from a prompt.

/// The labels that precede the text in a sub-call's prompt, in lower case.
const TEXT_MARKS: [&str; 6] = ["text:", "context:", "passage:", "document:", "excerpt:", "chunk:"];
const QUESTION_MARKS: [&str; 2] = ["question:", "query:"];

/// Returns the question in a message to a root model. The question is between `<question>` tags,
/// which quoted text can't contain.
pub(super) fn question(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("<question>")?;
    let (question, _) = rest.split_once("</question>")?;
    Some(question.trim())
}

/// Splits a sub-call's prompt into its question and the text to search, by their labels. Without
/// labels, the question is the first paragraph, or the first line of a single paragraph, and the
/// text is the remainder.
pub(super) fn question_and_text(prompt: &str) -> (&str, &str) {
    let question = Line::all(prompt).find_map(|line| Some((line.start, line.after_mark(&QUESTION_MARKS)?)));
    let text = Line::all(prompt).find_map(|line| Some((line.start, line.after_mark_on(prompt, &TEXT_MARKS)?)));
    match (question, text) {
        (Some((asked_at, question)), Some((text_at, text))) if asked_at > text_at => {
            let before_question = asked_at - (prompt.len() - text.len());
            (question, text.get(..before_question).unwrap_or(text))
        }
        (Some((_, question)), Some((_, text))) => (question, text),
        (Some((asked_at, question)), None) => {
            let rest = prompt.get(asked_at..).and_then(|rest| rest.split_once('\n'));
            (question, rest.map_or("", |(_, text)| text))
        }
        (None, Some((text_at, text))) => (prompt.get(..text_at).unwrap_or_default(), text),
        (None, None) => {
            let cut = prompt.split_once("\n\n").or_else(|| prompt.split_once('\n'));
            cut.unwrap_or((prompt, ""))
        }
    }
}

/// A line of a prompt with its offset.
struct Line<'a> {
    start: usize,
    text: &'a str,
}

impl<'a> Line<'a> {
    fn all(text: &'a str) -> impl Iterator<Item = Self> {
        text.split_inclusive('\n').scan(0, |next, text| {
            let start = *next;
            *next += text.len();
            Some(Self { start, text })
        })
    }

    /// Returns the remainder of the line after a label such as `Text:` at its start, if it starts
    /// with one of `marks`.
    fn after_mark(&self, marks: &[&str]) -> Option<&'a str> {
        let line = self.text.trim_start_matches([' ', '\t', '#', '*']);
        let mark = marks.iter().find(|mark| {
            line.get(..mark.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(mark))
        })?;
        line.get(mark.len()..)
            .map(|rest| rest.trim_matches(['*', ' ', '\t', '\n', '\r']))
    }

    /// Returns everything in `whole` that follows a label at the start of this line, including
    /// later lines.
    fn after_mark_on(&self, whole: &'a str, marks: &[&str]) -> Option<&'a str> {
        let rest = self.after_mark(marks)?;
        let after = self.start + self.text.len();
        if rest.is_empty() {
            return whole.get(after..);
        }
        let within = self.text.rfind(rest)?;
        whole.get(self.start + within..)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn question_is_extracted_from_a_root_prompt() {
        assert_eq!(question("a\n<question>\nWho?\n</question>\nb"), Some("Who?"));
        assert_eq!(question("Question: Who?"), None, "a program may have printed that");
    }

    #[test]
    fn question_and_text_are_split_in_several_layouts() {
        let expected = ("Who?", "one\ntwo");
        for prompt in [
            "Copy it.\n\nQuestion: Who?\n\nText:\none\ntwo",
            "Text: one\ntwo\nQuestion: Who?",
            "Who?\n\none\ntwo",
            "Who?\nContext:\none\ntwo",
            "Question: Who?\none\ntwo",
        ] {
            let (question, text) = question_and_text(prompt);
            assert_eq!((question.trim(), text.trim()), expected, "{prompt}");
        }
        assert_eq!(question_and_text("Who?\none"), ("Who?", "one"));
        assert_eq!(question_and_text("Who?"), ("Who?", ""));
    }
}

//! The significant words of a question.

use std::collections::BTreeSet;

/// The maximum number of words of a question that are searched for. More words don't improve a
/// search.
const MOST_WORDS: usize = 16;
/// The maximum length of a word in bytes. Longer words are ignored.
const LONGEST_WORD: usize = 200;

/// English words that belong to the wording of questions rather than their subject, sorted. They
/// are not searched for.
#[rustfmt::skip]
const STOP_WORDS: [&str; 121] = [
    "a", "about", "above", "after", "all", "also", "an", "and", "any", "are", "as", "at", "be", "been", "before",
    "being", "below", "between", "both", "but", "by", "can", "contain", "contains", "could", "did", "do", "does",
    "doing", "down", "each", "every", "find", "for", "from", "further", "give", "had", "has", "have", "having", "he",
    "her", "here", "hers", "him", "his", "how", "i", "if", "in", "into", "is", "it", "its", "just", "list", "may",
    "me", "mention", "mentioned", "mentions", "might", "most", "must", "my", "no", "nor", "of", "off", "on", "once",
    "only", "or", "other", "our", "out", "over", "own", "please", "say", "says", "shall", "she", "should", "show",
    "so", "some", "such", "tell", "than", "that", "the", "their", "them", "then", "there", "these", "they", "this",
    "those", "to", "too", "under", "until", "up", "very", "was", "we", "were", "what", "when", "where", "which",
    "while", "who", "whom", "whose", "why", "will", "with",
];

/// Returns the distinct words of a question without stop words, as written and in order. Returns
/// all words if there are only stop words. Text in double quotes or backticks is a single word.
pub(super) fn content_words(question: &str) -> Vec<String> {
    let words = words(question);
    let wanted = |word: &&Word| word.quoted || STOP_WORDS.binary_search(&word.text.to_lowercase().as_str()).is_err();
    let content: Vec<&Word> = words.iter().filter(wanted).collect();
    let kept = if content.is_empty() {
        words.iter().collect()
    } else {
        content
    };
    let mut seen = BTreeSet::new();
    kept.into_iter()
        .map(|word| word.text)
        .filter(|word| word.len() <= LONGEST_WORD && seen.insert(*word))
        .map(str::to_owned)
        .take(MOST_WORDS)
        .collect()
}

struct Word<'a> {
    text: &'a str,
    quoted: bool,
}

fn words(question: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut rest = question;
    while let Some((before, opening, after)) = next_quote(rest) {
        let closing = if opening == '“' { '”' } else { opening };
        let Some((inside, after)) = after.split_once(closing) else {
            break;
        };
        words.extend(plain(before));
        let text = inside.trim();
        if !text.is_empty() {
            words.push(Word { text, quoted: true });
        }
        rest = after;
    }
    words.extend(plain(rest));
    words
}

/// Splits a text at the first opening quotation mark, into the text before it, the mark and the
/// text after it.
fn next_quote(text: &str) -> Option<(&str, char, &str)> {
    let (place, mark) = text.char_indices().find(|(_, c)| matches!(c, '"' | '`' | '“'))?;
    Some((text.get(..place)?, mark, text.get(place + mark.len_utf8()..)?))
}

fn plain(text: &str) -> impl Iterator<Item = Word<'_>> {
    let bare = text
        .split_whitespace()
        .map(bare)
        .filter(|word| word.contains(char::is_alphanumeric));
    bare.map(|text| Word { text, quoted: false })
}

/// Removes the punctuation around a word. A bracket is kept if its partner is inside the word.
fn bare(word: &str) -> &str {
    const PAIRS: [(char, char); 4] = [('(', ')'), ('[', ']'), ('{', '}'), ('<', '>')];
    let punctuation = |c: char| ".,;:!?\"'‘’“”«»…".contains(c);
    let mut word = word;
    loop {
        let before = word;
        word = word.trim_matches(punctuation);
        for (open, close) in PAIRS {
            match (word.strip_prefix(open), word.strip_suffix(close)) {
                (Some(inside), None) if !inside.contains(close) => word = inside,
                (None, Some(inside)) if !inside.contains(open) => word = inside,
                (Some(_), Some(inside)) => word = inside.strip_prefix(open).unwrap_or(inside),
                _ => {}
            }
        }
        word = word
            .strip_suffix("'s")
            .or_else(|| word.strip_suffix("’s"))
            .unwrap_or(word);
        if word == before {
            return word;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stop_words_are_sorted() {
        assert!(STOP_WORDS.is_sorted());
    }

    #[test]
    fn content_words_of_questions_are_extracted() {
        let words = |question| content_words(question).join(" | ");
        assert_eq!(
            words("What is the scheduler's retry limit?"),
            "scheduler | retry | limit"
        );
        assert_eq!(
            words("Where is `fn main()` in \"the house\" defined"),
            "fn main() | the house | defined"
        );
        assert_eq!(words("frobnicate, (zalgo) and quux!"), "frobnicate | zalgo | quux");
        assert_eq!(
            words("std::sync::Arc Vec<u8> foo() --flag C++ #define 0.5"),
            "std::sync::Arc | Vec<u8> | foo() | --flag | C++ | #define | 0.5"
        );
        assert_eq!(words("who is who"), "who | is", "nothing but stop words");
        assert_eq!(words("Retry retry Retry"), "Retry | retry");
        assert_eq!(words(" ?! \"\" "), "");
        assert_eq!(words("an \"open quote"), "open | quote");
    }

    #[test]
    fn content_words_are_bounded() {
        let many: String = (0..1_000).map(|number| format!("w{number} ")).collect();
        assert_eq!(content_words(&many).len(), MOST_WORDS);
        assert!(content_words(&"x".repeat(1_000_000)).is_empty());
    }
}

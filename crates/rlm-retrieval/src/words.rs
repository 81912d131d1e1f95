//! Splits texts and queries into words.
//!
//! A word is a run of letters, digits and marks, normalised: case, accents and compatibility forms
//! are ignored. A compound identifier (`get_user_name`, `getUserName`) yields the whole and each
//! part. Scripts without spaces are split into bigrams, as in search engines.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The maximum length of a word in bytes; longer words are truncated.
const MAX_BYTES: usize = 128;

/// The purpose of the words: indexing or querying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Words of a text to index. Scripts without spaces yield bigrams and single characters.
    Index,
    /// Words of a query. Scripts without spaces yield only bigrams, or the single character if
    /// there is only one.
    Query,
}

/// An iterator over the words of a text.
pub(crate) struct Words<'t> {
    text: &'t str,
    purpose: Purpose,
    /// The offset of the first unread byte.
    from: usize,
    /// The normalised words of the current run.
    buffer: String,
    found: Vec<Range<usize>>,
    next: usize,
}

impl<'t> Words<'t> {
    pub(crate) const fn of(text: &'t str, purpose: Purpose) -> Self {
        Self {
            text,
            purpose,
            from: 0,
            buffer: String::new(),
            found: Vec::new(),
            next: 0,
        }
    }

    /// Returns the next word.
    pub(crate) fn next_word(&mut self) -> Option<&str> {
        while self.next >= self.found.len() {
            let run = self.next_run()?;
            self.buffer.clear();
            self.found.clear();
            self.next = 0;
            if run.is_ascii() {
                self.take_identifier(run);
            } else {
                self.take_mixed(run);
            }
        }
        let range = self.found.get(self.next)?.clone();
        self.next += 1;
        self.buffer.get(range)
    }

    /// Returns the next run of word characters.
    fn next_run(&mut self) -> Option<&'t str> {
        let rest = self.text.get(self.from..)?;
        let start = rest.find(is_of_words)?;
        let rest = rest.get(start..)?;
        let length = rest.find(|c| !is_of_words(c)).unwrap_or(rest.len());
        self.from += start + length;
        rest.get(..length)
    }

    /// Splits a run that may mix scripts.
    fn take_mixed(&mut self, run: &str) {
        let mut rest = run;
        while let Some(first) = rest.chars().next() {
            let unspaced = is_unspaced(first);
            // A combining mark belongs to the preceding character.
            let end = rest.find(|c: char| is_unspaced(c) != unspaced && !is_combining_mark(c));
            let (same, other) = rest.split_at(end.unwrap_or(rest.len()));
            if unspaced {
                self.take_unspaced(same);
            } else {
                self.take_identifier(same);
            }
            rest = other;
        }
    }

    /// Adds an identifier as a whole and its parts.
    fn take_identifier(&mut self, run: &str) {
        let start = self.buffer.len();
        let mut ends: usize = 0;
        for part in Parts(run) {
            fold(part, &mut self.buffer);
            ends += 1;
        }
        self.found_from(start);
        if ends > 1 {
            for part in Parts(run) {
                let start = self.buffer.len();
                fold(part, &mut self.buffer);
                self.found_from(start);
            }
        }
    }

    /// Adds the bigrams of a script without spaces, and for an index also single characters.
    fn take_unspaced(&mut self, run: &str) {
        let start = self.buffer.len();
        fold(run, &mut self.buffer);
        let folded = self.buffer.get(start..).unwrap_or_default();
        let mut previous = None;
        let mut single = None;
        for (at, c) in folded.char_indices() {
            let (at, end) = (start + at, start + at + c.len_utf8());
            single = previous.is_none().then_some(at..end);
            if self.purpose == Purpose::Index {
                self.found.push(at..end);
            }
            if let Some(previous) = previous {
                self.found.push(previous..end);
            }
            previous = Some(at);
        }
        if self.purpose == Purpose::Query {
            self.found.extend(single);
        }
    }

    /// Records the text written since `start` as a word, truncated to the maximum length.
    fn found_from(&mut self, start: usize) {
        let length = self
            .buffer
            .get(start..)
            .map_or(0, |word| word.floor_char_boundary(MAX_BYTES));
        if length > 0 {
            self.found.push(start..start + length);
        }
    }
}

fn is_of_words(c: char) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => true,
        _ if c.is_ascii() => false,
        _ => c.is_alphanumeric() || is_combining_mark(c),
    }
}

/// Returns `true` if the script of the character separates no words by spaces.
const fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{0E00}'..='\u{0EFF}' // Thai, Lao
        | '\u{1000}'..='\u{109F}' // Burmese
        | '\u{1100}'..='\u{11FF}' // Hangul
        | '\u{1780}'..='\u{17FF}' // Khmer
        | '\u{3005}'..='\u{3007}' // Chinese
        | '\u{3040}'..='\u{31BF}' // Japanese, Bopomofo, Hangul
        | '\u{31F0}'..='\u{31FF}' // Japanese
        | '\u{3400}'..='\u{4DBF}' // Chinese
        | '\u{4E00}'..='\u{9FFF}' // Chinese
        | '\u{A960}'..='\u{A97F}' // Hangul
        | '\u{AC00}'..='\u{D7FF}' // Hangul
        | '\u{F900}'..='\u{FAFF}' // Chinese
        | '\u{FF66}'..='\u{FFDC}' // Japanese and Hangul, narrow
        | '\u{20000}'..='\u{323AF}' // Chinese
    )
}

/// An iterator over the parts of an identifier, separated by underscores or capitals.
struct Parts<'t>(&'t str);

impl<'t> Iterator for Parts<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        let rest = self.0.trim_start_matches('_');
        let mut before = None;
        let mut chars = rest.char_indices().peekable();
        let mut end = rest.len();
        while let Some((at, c)) = chars.next() {
            let starts = match before {
                None => false,
                Some(before) if is_upper(c) => {
                    // A capital after a lower-case letter, or the last of several capitals before a
                    // lower-case letter.
                    is_lower(before) || is_upper(before) && chars.peek().is_some_and(|(_, next)| is_lower(*next))
                }
                Some(_) => c == '_',
            };
            if starts {
                end = at;
                break;
            }
            before = Some(c);
        }
        let (part, other) = rest.split_at(end);
        self.0 = other;
        (!part.is_empty()).then_some(part)
    }
}

fn is_upper(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_uppercase()
    } else {
        c.is_uppercase()
    }
}

fn is_lower(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_lowercase()
    } else {
        c.is_lowercase()
    }
}

/// Returns a word in normalised form.
pub(crate) fn folded(word: &str) -> String {
    let mut folded = String::new();
    fold(word, &mut folded);
    folded
}

/// Appends a word in normalised form.
fn fold(word: &str, into: &mut String) {
    if word.is_ascii() {
        into.extend(word.chars().map(|c| c.to_ascii_lowercase()));
        return;
    }
    let plain = word.nfkd().filter(|c| !is_accent(*c)).flat_map(char::to_lowercase);
    into.extend(plain.filter(|c| !is_accent(*c)).nfc());
}

/// Returns `true` for marks that are often omitted in writing: accents, and the points of Hebrew
/// and Arabic.
const fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{591}'..='\u{5C7}' | '\u{64B}'..='\u{65F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str, purpose: Purpose) -> String {
        let mut words = Words::of(text, purpose);
        let mut all = Vec::new();
        while let Some(word) = words.next_word() {
            all.push(word.to_owned());
        }
        all.join(" ")
    }

    #[test]
    fn word_splitting_handles_many_scripts() {
        let shown: Vec<String> = [
            "Don't panic: it's 2024-01-05!",
            "get_user_name getUserName HTTPServer2 __init__ _x iPhone MAX_SIZE",
            "Café CAFE\u{301} ÜBER naïve ﬁnd ＡＢＣ Straße",
            "東京都に行く。 水 カメラ ｶﾒﾗ",
            "GPT4モデル한국어는 สวัสดี",
            "нельзя हिन्दी עִבְרִית",
            "",
            "…— ( ] \u{301}",
        ]
        .iter()
        .map(|text| {
            format!(
                "{text}\n  index: {}\n  query: {}",
                words(text, Purpose::Index),
                words(text, Purpose::Query)
            )
        })
        .collect();
        insta::assert_snapshot!(shown.join("\n"), @r"
        Don't panic: it's 2024-01-05!
          index: don t panic it s 2024 01 05
          query: don t panic it s 2024 01 05
        get_user_name getUserName HTTPServer2 __init__ _x iPhone MAX_SIZE
          index: getusername get user name getusername get user name httpserver2 http server2 init x iphone i phone maxsize max size
          query: getusername get user name getusername get user name httpserver2 http server2 init x iphone i phone maxsize max size
        Café CAFÉ ÜBER naïve ﬁnd ＡＢＣ Straße
          index: cafe cafe uber naive find abc straße
          query: cafe cafe uber naive find abc straße
        東京都に行く。 水 カメラ ｶﾒﾗ
          index: 東 京 東京 都 京都 に 都に 行 に行 く 行く 水 カ メ カメ ラ メラ カ メ カメ ラ メラ
          query: 東京 京都 都に に行 行く 水 カメ メラ カメ メラ
        GPT4モデル한국어는 สวัสดี
          index: gpt4 モ デ モデ ル デル 한 ル한 국 한국 어 국어 는 어는 ส ว สว ั วั ส ัส ด สด ี ดี
          query: gpt4 モデ デル ル한 한국 국어 어는 สว วั ัส สด ดี
        нельзя हिन्दी עִבְרִית
          index: нельзя हिन्दी עברית
          query: нельзя हिन्दी עברית

          index: 
          query: 
        …— ( ] ́
          index: 
          query:
        ");
    }

    #[test]
    fn overlong_word_is_indexed_by_its_prefix() {
        assert_eq!(words(&"é".repeat(100_000), Purpose::Index), "e".repeat(MAX_BYTES));
    }
}

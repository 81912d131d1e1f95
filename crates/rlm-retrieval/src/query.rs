//! A query, reduced to the words that name its subject.

use std::collections::HashSet;

use crate::language::Language;
use crate::words::{Purpose, Words};

/// The maximum number of terms of a query. Further words don't improve a ranking.
const MAX_TERMS: usize = 64;

/// A query after the removal of stop words.
pub(crate) struct Query {
    language: Language,
    /// The distinct terms, in the order of the query.
    terms: Vec<Term>,
    /// The words of each part in quotation marks.
    phrases: Vec<Vec<String>>,
}

/// A word of a query.
pub(crate) struct Term {
    /// The word in normalised form.
    pub(crate) word: String,
    /// The stem, which inflected forms of the word share.
    pub(crate) stem: String,
}

impl Query {
    /// Analyses a query. If it contains only stop words, they are its terms.
    pub(crate) fn new(text: &str) -> Self {
        let words = words_of(text);
        let language = Language::of_query(words.iter().map(String::as_str));
        let phrases: Vec<Vec<String>> = quoted(text).map(words_of).filter(|words| !words.is_empty()).collect();
        let is_content = |word: &&String| !language.is_stop_word(word);
        let content: Vec<&String> = words.iter().filter(is_content).collect();
        let kept = if content.is_empty() {
            words.iter().collect()
        } else {
            content
        };
        let mut seen = HashSet::new();
        let terms = kept.into_iter().map(|word| Term {
            word: word.clone(),
            stem: language.stem(word),
        });
        let terms = terms
            .filter(|term| seen.insert(term.stem.clone()))
            .take(MAX_TERMS)
            .collect();
        Self {
            language,
            terms,
            phrases,
        }
    }

    pub(crate) fn terms(&self) -> &[Term] {
        &self.terms
    }

    pub(crate) fn phrases(&self) -> &[Vec<String>] {
        &self.phrases
    }

    /// Returns the stem of a folded word, by the language of the query.
    pub(crate) fn stem(&self, word: &str) -> String {
        self.language.stem(word)
    }
}

impl Term {
    /// Returns a prefix that all inflected forms of the word share. The last letter of a stem may
    /// differ: the stem of `happy` is `happi`.
    pub(crate) fn prefix(&self) -> &str {
        let shared = self
            .word
            .bytes()
            .zip(self.stem.bytes())
            .take_while(|(a, b)| a == b)
            .count();
        let longest = if shared < 4 { shared } else { shared - 1 };
        self.word
            .get(..self.word.floor_char_boundary(longest))
            .unwrap_or_default()
    }
}

fn words_of(text: &str) -> Vec<String> {
    let mut words = Words::of(text, Purpose::Query);
    let mut all = Vec::new();
    while let Some(word) = words.next_word() {
        all.push(word.to_owned());
    }
    all
}

/// Yields the parts of a text in double quotation marks or backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (at, mark) = rest
            .char_indices()
            .find(|(_, c)| matches!(c, '"' | '`' | '“' | '„' | '«'))?;
        let closing = match mark {
            '“' => '”',
            '„' => '“',
            '«' => '»',
            same => same,
        };
        let (inside, after) = rest.get(at + mark.len_utf8()..)?.split_once(closing)?;
        rest = after;
        Some(inside)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let query = Query::new(text);
        let terms: Vec<String> = query
            .terms()
            .iter()
            .map(|term| format!("{}({})", term.stem, term.prefix()))
            .collect();
        let phrases: Vec<String> = query.phrases().iter().map(|phrase| phrase.join(" ")).collect();
        format!("{} | {}", terms.join(" "), phrases.join(", "))
    }

    #[test]
    fn queries_are_reduced_to_terms() {
        let queries = [
            "When will the roof be repaired?",
            "Who said \"late hours\" on Thursdays, and who was happy?",
            "Wie hoch ist die Miete für die Büroräume?",
            "where is RetryPolicy::next_delay implemented",
            "what is it about",
            "",
            "an \"unclosed quote",
        ];
        let shown: Vec<String> = queries.into_iter().map(shown).collect();
        insta::assert_snapshot!(shown.join("\n"), @r"
        roof(roo) repair(repai) | 
        late(lat) hour(hou) thursday(thursda) happi(hap) | late hours
        hoch(hoc) miet(mie) buroraum(burorau) | 
        retrypolici(retrypoli) retri(ret) polici(poli) nextdelay(nextdela) next(nex) delay(dela) implement(implemen) | 
        what(wha) is(is) it(it) about(abou) | 
         | 
        unclos(unclo) quot(quo) |
        ");
    }
}

//! The language of a query, with its stop words and its stemmer.

use std::collections::HashSet;
use std::sync::OnceLock;

use rust_stemmers::{Algorithm, Stemmer};

use crate::words::folded;

/// The languages that have both a stemmer and a list of stop words, with their ISO 639 codes.
/// Ties between languages are resolved in this order.
const LANGUAGES: [(Algorithm, &str); 15] = [
    (Algorithm::English, "en"),
    (Algorithm::German, "de"),
    (Algorithm::French, "fr"),
    (Algorithm::Spanish, "es"),
    (Algorithm::Italian, "it"),
    (Algorithm::Portuguese, "pt"),
    (Algorithm::Dutch, "nl"),
    (Algorithm::Russian, "ru"),
    (Algorithm::Swedish, "sv"),
    (Algorithm::Danish, "da"),
    (Algorithm::Norwegian, "no"),
    (Algorithm::Finnish, "fi"),
    (Algorithm::Hungarian, "hu"),
    (Algorithm::Romanian, "ro"),
    (Algorithm::Turkish, "tr"),
];

/// Words of questions that name no subject, which the lists of stop words lack, by language.
const QUESTION_WORDS: [(&str, &str); 5] = [
    (
        "en",
        "please find show tell list give explain describe mention mentions mentioned say says said happens happen many much \
         mean means whose",
    ),
    (
        "de",
        "wann ab wer wen wem wessen warum wieso weshalb woher wohin gibt geben viele darf bitte bedeutet heisst",
    ),
    (
        "fr",
        "quel quelle quels quelles combien quand comment pourquoi qui ou faut peut peuvent doit signifie",
    ),
    (
        "es",
        "cual cuales cuanto cuantos cuanta cuantas quien quienes significa puede debe",
    ),
    (
        "it",
        "quale quali quanto quanti quanta quante quando perche significa puo deve",
    ),
];

/// The language of a query.
pub(crate) struct Language {
    stemmer: Stemmer,
    stop_words: &'static HashSet<String>,
}

impl Language {
    /// Guesses the language of a query from its folded words: the one in which most of them are
    /// stop words, English if none is.
    pub(crate) fn of_query<'w>(words: impl Iterator<Item = &'w str> + Clone) -> Self {
        let votes = |stop_words: &HashSet<String>| words.clone().filter(|word| stop_words.contains(*word)).count();
        let languages = LANGUAGES.iter().zip(stop_words());
        // `max_by_key` returns the last of equal languages.
        let best = languages.rev().max_by_key(|(_, stop_words)| votes(stop_words));
        let (algorithm, stop_words) = best.map_or((Algorithm::English, &stop_words()[0]), |((algorithm, _), list)| {
            (*algorithm, list)
        });
        Self {
            stemmer: Stemmer::create(algorithm),
            stop_words,
        }
    }

    /// Returns `true` if a folded word of a query says nothing about its subject.
    pub(crate) fn is_stop_word(&self, word: &str) -> bool {
        self.stop_words.contains(word)
    }

    /// Returns the stem of a folded word.
    pub(crate) fn stem(&self, word: &str) -> String {
        self.stemmer.stem(word).into_owned()
    }
}

/// Returns the folded stop words of each language, in the order of [`LANGUAGES`].
fn stop_words() -> &'static [HashSet<String>; LANGUAGES.len()] {
    static ALL: OnceLock<[HashSet<String>; LANGUAGES.len()]> = OnceLock::new();
    ALL.get_or_init(|| {
        LANGUAGES.map(|(_, code)| {
            let listed = stop_words::lookup(code).unwrap_or_default().iter();
            // An apostrophe separates words: `don't` is `don` and `t`.
            let listed = listed.flat_map(|word| word.split(['\'', '’']));
            let asked = QUESTION_WORDS.iter().filter(|(of, _)| *of == code);
            let asked = asked.flat_map(|(_, words)| words.split(' '));
            listed.chain(asked).map(folded).collect()
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(query: &str) -> Language {
        let words: Vec<String> = query.split(' ').map(folded).collect();
        Language::of_query(words.iter().map(String::as_str))
    }

    #[test]
    fn the_language_with_most_stop_words_wins() {
        assert_eq!(language("when will the roofs be repaired").stem("repaired"), "repair");
        assert_eq!(language("wie hoch sind die Mieten").stem("mieten"), "miet");
        assert_eq!(language("quel est le montant du loyer").stem("loyers"), "loyer");
        assert_eq!(language("RetryPolicy").stem("policies"), "polici");
    }

    #[test]
    fn stop_words_are_folded() {
        assert!(language("wie hoch ist für").is_stop_word(&folded("für")));
        assert!(language("who said what").is_stop_word("said"));
        assert!(!language("who said what").is_stop_word("roof"));
    }
}

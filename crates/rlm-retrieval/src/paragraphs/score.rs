//! The score of one paragraph.

use std::collections::HashMap;

use crate::query::Query;
use crate::words::{Purpose, Words};

/// BM25's k1 for paragraphs: how quickly the score saturates with further occurrences of a word.
const K1: f64 = 1.0;
/// BM25's b for paragraphs: how strongly scores are normalised by length.
const B: f64 = 0.35;
/// The length in words of a typical paragraph.
const TYPICAL: f64 = 70.0;
/// The share of an occurrence that an inflected form of a word counts.
const INFLECTED: f64 = 0.85;
/// The shares of a term's weight that it counts if it isn't in the paragraph, but in a heading
/// above it, in the name or the first line of its document, or in a neighbouring paragraph.
const IN_HEADING: f64 = 0.6;
const IN_TITLE: f64 = 0.4;
const IN_NEIGHBOUR: f64 = 0.2;
/// The share of these that a term counts in addition if it is in the paragraph as well.
const REPEATED: f64 = 0.2;
/// The share of the score that depends on how much of the query the paragraph matches.
const COVERAGE: f64 = 0.7;
/// The maximum bonus for two terms of the query that follow each other in the paragraph, as a
/// share of the smaller weight.
const ADJACENT: f64 = 0.6;
/// The maximum distance in words between two terms that earns a bonus.
const NEAR: usize = 12;
/// The share of the terms' weights that a paragraph must match to be relevant at all.
const MIN_COVERAGE: f64 = 0.34;

/// Scores paragraphs by the terms of a query.
pub(super) struct Scorer<'q> {
    query: &'q Query,
    weights: Vec<f64>,
    total: f64,
    /// The term that each word is a form of, if any. Words repeat, and stemming is slow.
    known: HashMap<String, Option<TermForm>>,
}

/// A word that is a form of a term.
#[derive(Debug, Clone, Copy)]
struct TermForm {
    /// The position of the term in the query.
    term: usize,
    is_inflected: bool,
}

/// The terms of a query in a text.
struct Matches {
    /// Each occurrence with its position, in words.
    found: Vec<(usize, TermForm)>,
    /// All words of the text, if they are needed to find phrases.
    words: Vec<String>,
    length: usize,
}

impl<'q> Scorer<'q> {
    pub(super) fn new(query: &'q Query, weights: Vec<f64>) -> Self {
        Self {
            query,
            total: weights.iter().sum(),
            weights,
            known: HashMap::new(),
        }
    }

    /// Returns the score of a paragraph; `None` if it matches too little of the query.
    pub(super) fn score(&mut self, text: &str, headings: &str, neighbours: &str, title: &str) -> Option<f64> {
        let matches = self.matches(text);
        let headings = self.matches(headings);
        if matches.found.is_empty() && headings.found.is_empty() {
            return None;
        }
        let is_missing = |phrase: &Vec<String>| !matches.words.windows(phrase.len()).any(|words| words == phrase);
        if self.query.phrases().iter().any(is_missing) {
            return None;
        }
        let context = [
            (headings, IN_HEADING),
            (self.matches(title), IN_TITLE),
            (self.matches(neighbours), IN_NEIGHBOUR),
        ];
        let mut counts = vec![0.0; self.weights.len()];
        for (_, form) in &matches.found {
            if let Some(count) = counts.get_mut(form.term) {
                *count += if form.is_inflected { INFLECTED } else { 1.0 };
            }
        }
        let long = K1 * (1.0 - B + B * matches.length as f64 / TYPICAL);
        let (mut score, mut covered) = (0.0, 0.0);
        for (term, (&count, &weight)) in counts.iter().zip(&self.weights).enumerate() {
            let shares = context
                .iter()
                .filter(|(matches, _)| matches.has(term))
                .map(|(_, share)| *share);
            let outside = shares.fold(0.0, f64::max);
            if count > 0.0 {
                // A term that the heading repeats is the subject of the paragraph.
                score += weight * (count * (K1 + 1.0) / (count + long) + REPEATED * outside);
                covered += weight;
            } else {
                score += weight * outside;
                covered += weight * outside;
            }
        }
        let coverage = covered / self.total.max(f64::MIN_POSITIVE);
        if coverage < MIN_COVERAGE {
            return None;
        }
        Some((score + self.proximity(&matches)) * (1.0 - COVERAGE + COVERAGE * coverage))
    }

    /// Returns the bonus for terms that are neighbours in the query and close in the text.
    fn proximity(&self, matches: &Matches) -> f64 {
        let mut bonus = 0.0;
        for (first, weights) in self.weights.windows(2).enumerate() {
            let places = |term| {
                let of_term = matches.found.iter().filter(move |(_, form)| form.term == term);
                of_term.map(|(at, _)| *at)
            };
            let distances = places(first).flat_map(|a| {
                // The reverse order is a little worse.
                places(first + 1).map(move |b| if b > a { b - a } else { a - b + 1 })
            });
            if let Some(nearest) = distances.min().filter(|nearest| *nearest <= NEAR) {
                let weight = weights.iter().copied().fold(f64::INFINITY, f64::min);
                bonus += ADJACENT * weight / nearest.max(1) as f64;
            }
        }
        bonus
    }

    fn matches(&mut self, text: &str) -> Matches {
        let needs_words = !self.query.phrases().is_empty();
        let mut matches = Matches {
            found: Vec::new(),
            words: Vec::new(),
            length: 0,
        };
        let mut words = Words::of(text, Purpose::Index);
        while let Some(word) = words.next_word() {
            if let Some(form) = self.form_of(word) {
                matches.found.push((matches.length, form));
            }
            if needs_words {
                matches.words.push(word.to_owned());
            }
            matches.length += 1;
        }
        matches
    }

    fn form_of(&mut self, word: &str) -> Option<TermForm> {
        if let Some(known) = self.known.get(word) {
            return *known;
        }
        let terms = self.query.terms();
        let exact = terms.iter().position(|term| term.word == word);
        let form = exact.map(|term| TermForm {
            term,
            is_inflected: false,
        });
        let form = form.or_else(|| {
            let stem = self.query.stem(word);
            let term = terms.iter().position(|term| term.stem == stem)?;
            Some(TermForm {
                term,
                is_inflected: true,
            })
        });
        self.known.insert(word.to_owned(), form);
        form
    }
}

impl Matches {
    fn has(&self, term: usize) -> bool {
        self.found.iter().any(|(_, form)| form.term == term)
    }
}

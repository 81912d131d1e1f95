//! The BM25 index of a context: building and ranking.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{self, AtomicBool, AtomicU64, AtomicUsize};
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;

use rlm_context::Context;
use sift_text::SourceId;

use super::shard::{Place, Shard, ShardWriter, text_at};
use crate::passages::Passages;
use crate::query::{Query, Term};
use crate::retriever::RetrievalError;

/// BM25's k1: how quickly the score saturates with further occurrences of a word.
const K1: f64 = 1.2;
/// BM25's b: how strongly scores are normalised by passage length.
const B: f64 = 0.75;
/// The share of an occurrence that an inflected form of a word counts.
const INFLECTED: f64 = 0.8;

/// The shards of an index, in text order.
pub(crate) struct Index {
    shards: Vec<Shard>,
    passages: u64,
    words: u64,
}

/// A passage and its score.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ranked {
    pub(crate) score: f64,
    pub(crate) place: Place,
}

#[derive(Debug, Clone, Copy)]
struct Candidate {
    score: f64,
    shard: u32,
    passage: u32,
}

impl Candidate {
    /// Orders candidates from best to worst. Equal scores are ordered by position.
    fn order(&self, other: &Self) -> Ordering {
        let place = |candidate: &Self| (candidate.shard, candidate.passage);
        other
            .score
            .total_cmp(&self.score)
            .then_with(|| place(self).cmp(&place(other)))
    }
}

impl Index {
    pub(crate) fn of(shards: Vec<Shard>) -> Self {
        let lengths = || shards.iter().flat_map(|shard| shard.lengths());
        Self {
            passages: lengths().count() as u64,
            words: lengths().map(|length| u64::from(*length)).sum(),
            shards,
        }
    }

    /// Returns the passages that share words with a query, best first; equal scores are in text
    /// order.
    ///
    /// Scores are those of BM25 (Robertson and Zaragoza, 2009), with k1 = 1.2, b = 0.75 and an
    /// inverse document frequency that is never negative: `ln(1 + (N - n + 0.5) / (n + 0.5))`.
    /// Words with the same stem count as one; an inflected form counts less than the word itself.
    pub(crate) fn search(
        &self,
        terms: &[WeighedTerm],
        top_k: usize,
        stop: &AtomicBool,
    ) -> Result<Vec<Ranked>, RetrievalError> {
        // The order of words in the query must not change the rounding of sums.
        let mut terms: Vec<&WeighedTerm> = terms.iter().collect();
        terms.sort_unstable_by(|a, b| a.forms.cmp(&b.forms));
        let average = self.words as f64 / self.passages.max(1) as f64;
        let mut best: Vec<Candidate> = Vec::new();
        let mut scores = Vec::new();
        for (number, shard) in (0..).zip(&self.shards) {
            scores.clear();
            scores.resize(shard.lengths().len(), 0.0);
            for term in &terms {
                let mut counts: BTreeMap<u32, f64> = BTreeMap::new();
                for (form, is_inflected) in &term.forms {
                    if stop.load(atomic::Ordering::Relaxed) {
                        return Err(RetrievalError::Stopped);
                    }
                    let share = if *is_inflected { INFLECTED } else { 1.0 };
                    let count = |passage, times| *counts.entry(passage).or_default() += share * f64::from(times);
                    shard.visit(form, count).map_err(failed)?;
                }
                for (passage, times) in counts {
                    let length = shard.lengths().get(passage as usize).copied().unwrap_or_default();
                    let long = K1 * (1.0 - B + B * f64::from(length) / average);
                    if let Some(score) = scores.get_mut(passage as usize) {
                        *score += term.weight * times * (K1 + 1.0) / (times + long);
                    }
                }
            }
            for (passage, &score) in (0..).zip(&scores) {
                if score > 0.0 {
                    best.push(Candidate {
                        score,
                        shard: number,
                        passage,
                    });
                    if best.len() >= top_k * 2 + 1_024 {
                        keep(&mut best, top_k);
                    }
                }
            }
        }
        keep(&mut best, top_k);
        best.sort_unstable_by(Candidate::order);
        let ranked = best.iter().filter_map(|candidate| {
            let shard = self.shards.get(candidate.shard as usize)?;
            Some(shard.place(candidate.passage).map_err(failed).map(|place| Ranked {
                score: candidate.score,
                place,
            }))
        });
        ranked.collect()
    }

    /// Looks up the terms of a query, in its order.
    pub(crate) fn weighed_terms(&self, query: &Query) -> Result<Vec<WeighedTerm>, RetrievalError> {
        query.terms().iter().map(|term| self.weigh(query, term)).collect()
    }

    /// Returns the forms of a term that occur in the text, and its inverse document frequency. A
    /// passage with several forms counts once for each, which makes frequent terms seem a little
    /// more frequent.
    fn weigh(&self, query: &Query, term: &Term) -> Result<WeighedTerm, RetrievalError> {
        let mut forms: BTreeMap<String, u64> = BTreeMap::new();
        for shard in &self.shards {
            let visit = |word: &str, passages| {
                if word == term.word || query.stem(word) == term.stem {
                    *forms.entry(word.to_owned()).or_default() += u64::from(passages);
                }
            };
            shard.visit_words(term.prefix(), visit).map_err(failed)?;
        }
        let with = forms.values().sum::<u64>().min(self.passages) as f64;
        let forms = forms.into_keys().map(|form| {
            let is_inflected = form != term.word;
            (form, is_inflected)
        });
        Ok(WeighedTerm {
            forms: forms.collect(),
            // `libm` gives the same result on all platforms, unlike the standard library's
            // logarithm.
            weight: libm::log(1.0 + (self.passages as f64 - with + 0.5) / (with + 0.5)),
        })
    }
}

/// A term of a query with its weight in an index.
pub(crate) struct WeighedTerm {
    /// The words of the index that are forms of the term, in order, each with whether it differs
    /// from the word of the query.
    forms: Vec<(String, bool)>,
    /// The inverse document frequency.
    pub(crate) weight: f64,
}

/// Drops all but the best `top_k` candidates.
fn keep(best: &mut Vec<Candidate>, top_k: usize) {
    if best.len() > top_k {
        best.select_nth_unstable_by(top_k, Candidate::order);
        best.truncate(top_k);
    }
}

/// Builds the shards of an index from the text of a context.
pub(crate) struct IndexBuilder<'a> {
    pub(crate) context: &'a Context,
    pub(crate) threads: NonZeroUsize,
    /// The size of the text of one shard, in bytes.
    pub(crate) shard_bytes: usize,
    /// Set when the search is cancelled.
    pub(crate) stop: &'a AtomicBool,
    /// The progress callback; gets the number of indexed bytes.
    pub(crate) progress: &'a (dyn Fn(u64) + Sync),
}

impl IndexBuilder<'_> {
    /// Builds all shards in parallel. Passes each with its number to `take`, in order of
    /// completion.
    pub(crate) fn build(
        &self,
        mut take: impl FnMut(usize, Vec<u8>) -> Result<(), RetrievalError>,
    ) -> Result<(), RetrievalError> {
        let plan = Mutex::new(Plan {
            document: SourceId(0),
            from: 0,
            next: 0,
        });
        let (done, all) = (AtomicU64::new(0), self.context.size());
        let shards = usize::try_from(all)
            .unwrap_or(usize::MAX)
            .div_ceil(self.shard_bytes.max(1));
        let threads = self.threads.get().min(shards.max(1));
        // A finished thread blocks until the previous shard is taken, which bounds the shards in
        // memory.
        let (sender, receiver) = mpsc::sync_channel(1);
        let given_up = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..threads {
                let (sender, plan, done, given_up) = (sender.clone(), &plan, &done, &given_up);
                scope.spawn(move || {
                    loop {
                        let planned = plan.lock().unwrap_or_else(PoisonError::into_inner).next(self);
                        let Some((number, places)) = planned else { return };
                        let built = self.shard(&places, done, given_up);
                        let failed = built.is_err();
                        if sender.send(built.map(|bytes| (number, bytes))).is_err() || failed {
                            return;
                        }
                    }
                });
            }
            drop(sender);
            let mut result = Ok(());
            for built in receiver {
                if result.is_err() {
                    continue;
                }
                result = built.and_then(|(number, bytes)| take(number, bytes));
                if result.is_err() {
                    given_up.store(1, atomic::Ordering::Relaxed);
                }
            }
            result
        })
    }

    fn shard(&self, places: &[Place], done: &AtomicU64, given_up: &AtomicUsize) -> Result<Vec<u8>, RetrievalError> {
        let mut writer = ShardWriter::default();
        let mut unsaid = 0;
        for place in places {
            if self.stop.load(atomic::Ordering::Relaxed) || given_up.load(atomic::Ordering::Relaxed) > 0 {
                return Err(RetrievalError::Stopped);
            }
            let Some(text) = text_at(self.context, place) else {
                continue;
            };
            writer.add(place, text);
            unsaid += text.len() as u64;
            if unsaid >= 1 << 20 {
                (self.progress)(done.fetch_add(unsaid, atomic::Ordering::Relaxed) + unsaid);
                unsaid = 0;
            }
        }
        let bytes = writer.finish();
        (self.progress)(done.fetch_add(unsaid, atomic::Ordering::Relaxed) + unsaid);
        Ok(bytes)
    }
}

/// The plan of an index: assigns the passages of the text to shards, from the position at which the
/// next shard starts.
struct Plan {
    document: SourceId,
    from: usize,
    next: usize,
}

impl Plan {
    /// Returns the number of the next shard and the positions of its passages; `None` at the end of
    /// the text. The split depends only on the text and the shard size.
    fn next(&mut self, builder: &IndexBuilder<'_>) -> Option<(usize, Vec<Place>)> {
        let mut places = Vec::new();
        let mut bytes = 0;
        while let Some(document) = builder.context.document(self.document) {
            let mut passages = Passages::after(document.as_str(), self.from);
            for range in passages.by_ref() {
                bytes += range.len();
                places.push(Place {
                    document: self.document,
                    range,
                });
                if bytes >= builder.shard_bytes {
                    break;
                }
            }
            if bytes >= builder.shard_bytes {
                self.from = passages.position();
                break;
            }
            self.document = SourceId(self.document.0 + 1);
            self.from = 0;
        }
        let number = self.next;
        self.next += 1;
        (!places.is_empty()).then_some((number, places))
    }
}

pub(crate) fn failed(error: impl std::fmt::Display) -> RetrievalError {
    RetrievalError::Index {
        detail: error.to_string(),
    }
}

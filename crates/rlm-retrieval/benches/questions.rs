//! Asks the questions of `tests/search` and prints how often the right passage is first, and among
//! the best five, for paragraphs, for passages, and for a count of shared words.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a bench prints its results and stops at the first surprise"
)]

use std::collections::BTreeMap;
use std::path::Path;

use rlm_context::{Context, ContextSpec, LoadOptions, load};
use rlm_retrieval::{Bm25, Bm25Options};
use serde::Deserialize;

#[derive(Deserialize)]
struct Questions {
    question: Vec<Question>,
}

#[derive(Deserialize)]
struct Question {
    folder: String,
    ask: String,
    #[serde(default)]
    passage: String,
    #[serde(default)]
    also: Vec<String>,
}

fn main() {
    let show = std::env::args().any(|argument| argument == "misses");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/search");
    let mut contexts = BTreeMap::new();
    let mut tallies: BTreeMap<String, [[usize; 2]; 3]> = BTreeMap::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for question in questions(&root.join("questions.toml")) {
        let context = contexts
            .entry(question.folder.clone())
            .or_insert_with(|| folder(&root.join(&question.folder)));
        let bm25 = Bm25::new(context.clone(), Bm25Options::default());
        let mut paragraphs = bm25.paragraphs_blocking(&question.ask, 5).unwrap();
        // As `--model search` shows them.
        let least = paragraphs.first().map_or(0.0, |best| best.score * 0.35);
        paragraphs.retain(|hit| hit.score >= least);
        let paragraphs = texts(paragraphs);
        let passages: Vec<String> = texts(bm25.search_blocking(&question.ask, 5).unwrap());
        let shared = by_shared_words(context, &question.ask);
        *counts.entry(question.folder.clone()).or_default() += 1;
        let tally = tallies.entry(question.folder.clone()).or_default();
        for (way, found) in [&paragraphs, &passages, &shared].into_iter().enumerate() {
            let rank = found.iter().position(|text| question.is_answered_by(text));
            tally[way][0] += usize::from(rank == Some(0));
            tally[way][1] += usize::from(rank.is_some());
            if show && way == 0 && rank != Some(0) {
                println!(
                    "{} {:?}: {}\n  wanted: {}",
                    question.folder, rank, question.ask, question.passage
                );
                for text in found.iter().take(2) {
                    println!(
                        "  found:  {}",
                        text.replace('\n', " ").chars().take(200).collect::<String>()
                    );
                }
            }
        }
    }
    println!(
        "{:12} {:>9}  {:^21}  {:^21}  {:^21}",
        "folder", "questions", "paragraphs", "passages", "shared words"
    );
    let mut total = [[0; 2]; 3];
    for (folder, tally) in &tallies {
        print_row(folder, counts[folder], tally);
        for (sum, part) in total.iter_mut().zip(tally) {
            sum[0] += part[0];
            sum[1] += part[1];
        }
    }
    print_row("all", counts.values().sum(), &total);
    let unanswerable = questions(&root.join("unanswerable.toml"));
    let silent = unanswerable.iter().filter(|question| {
        let bm25 = Bm25::new(contexts[&question.folder].clone(), Bm25Options::default());
        let found = bm25.paragraphs_blocking(&question.ask, 5).unwrap();
        if show && !found.is_empty() {
            println!(
                "found for {}: {}",
                question.ask,
                texts(found.clone())[0].replace('\n', " ")
            );
        }
        found.is_empty()
    });
    println!(
        "questions without an answer: {} of {} find nothing",
        silent.count(),
        unanswerable.len()
    );
}

impl Question {
    fn is_answered_by(&self, text: &str) -> bool {
        text.contains(&self.passage) || self.also.iter().any(|passage| text.contains(passage))
    }
}

fn print_row(name: &str, count: usize, tally: &[[usize; 2]; 3]) {
    let percent = |part: usize| format!("{:.0} %", 100.0 * part as f64 / count as f64);
    let shown: Vec<String> = tally
        .iter()
        .map(|[first, five]| format!("{:>9} {:>11}", percent(*first), percent(*five)))
        .collect();
    println!("{name:12} {count:>9}  {}", shown.join("  "));
}

fn questions(path: &Path) -> Vec<Question> {
    toml::from_str::<Questions>(&std::fs::read_to_string(path).unwrap())
        .unwrap()
        .question
}

fn folder(path: &Path) -> Context {
    load(&[ContextSpec::path(path)], &LoadOptions::default())
        .unwrap()
        .context
}

fn texts(hits: Vec<rlm_retrieval::Hit>) -> Vec<String> {
    hits.iter()
        .map(|hit| hit.text.as_str().unwrap_or_default().to_owned())
        .collect()
}

/// The peer that a user would write in a minute: paragraphs by the number of the question's words.
fn by_shared_words(context: &Context, query: &str) -> Vec<String> {
    let words: Vec<String> = query
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
        .collect();
    let mut ranked: Vec<(usize, &str)> = Vec::new();
    for document in context.documents() {
        for paragraph in document.as_str().split("\n\n") {
            let lower = paragraph.to_lowercase();
            ranked.push((
                words.iter().filter(|word| lower.contains(word.as_str())).count(),
                paragraph,
            ));
        }
    }
    ranked.sort_by_key(|(shared, _)| std::cmp::Reverse(*shared));
    ranked.into_iter().take(5).map(|(_, text)| text.to_owned()).collect()
}

//! Compares rankings with a naive implementation of BM25, for various shards, threads and folders.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test stops where something is wrong"
)]

use std::collections::HashMap;
use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use proptest::prelude::*;
use rlm_context::Context;

use super::*;
use crate::MAX_TOP_K;
use crate::passages::Passages;
use crate::query::Query;
use crate::words::{Purpose, Words};

fn words(text: &str, purpose: Purpose) -> Vec<String> {
    let mut words = Words::of(text, purpose);
    let mut all = Vec::new();
    while let Some(word) = words.next_word() {
        all.push(word.to_owned());
    }
    all
}

/// A naive implementation of BM25. Returns passages with their scores, best first.
fn plainly(context: &Context, query: &str) -> Vec<(String, String, f64)> {
    let mut passages = Vec::new();
    for document in context.documents() {
        for range in Passages::after(document.as_str(), 0) {
            let text = document.as_str()[range].to_owned();
            let mut counts: HashMap<String, f64> = HashMap::new();
            for word in words(&text, Purpose::Index) {
                *counts.entry(word).or_default() += 1.0;
            }
            passages.push((document.name().to_string(), text, counts));
        }
    }
    let all = passages.len() as f64;
    let average = passages
        .iter()
        .map(|(_, _, counts)| counts.values().sum::<f64>())
        .sum::<f64>()
        / all;
    let query = Query::new(query);
    let mut ranked = Vec::new();
    for (name, text, counts) in &passages {
        let mut score = 0.0;
        for term in query.terms() {
            let share = |word: &str| match (word == term.word, query.stem(word) == term.stem) {
                (true, _) => 1.0,
                (false, is_inflected) => 0.8 * f64::from(is_inflected),
            };
            let forms = passages.iter().flat_map(|(_, _, counts)| counts.keys());
            let with = (forms.filter(|word| share(word) > 0.0).count() as f64).min(all);
            let times: f64 = counts.iter().map(|(word, count)| share(word) * count).sum();
            let length = counts.values().sum::<f64>();
            let rare = (1.0 + (all - with + 0.5) / (with + 0.5)).ln();
            score += rare * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * length / average));
        }
        if score > 0.0 {
            ranked.push((name.clone(), text.clone(), score));
        }
    }
    ranked.sort_by(|a, b| (b.2 * 1e9).round().total_cmp(&(a.2 * 1e9).round()));
    ranked
}

fn shown(hits: &[Hit]) -> Vec<(String, String, f64)> {
    let flat = |hit: &Hit| hit.text.to_flat().unwrap().into_owned();
    hits.iter()
        .map(|hit| (hit.document.to_string(), flat(hit), hit.score))
        .collect()
}

fn rounded(ranked: Vec<(String, String, f64)>) -> Vec<(String, String, f64)> {
    let round = |score: f64| (score * 1e4).round() / 1e4;
    ranked
        .into_iter()
        .map(|(name, text, score)| (name, text, round(score)))
        .collect()
}

const VOCABULARY: &[&str] = &[
    "alpha",
    "beta",
    "gamma",
    "getUserName",
    "get_user",
    "user",
    "name",
    "Ärger",
    "東京都",
    "京都",
    "水",
    "the",
    "the",
    "the",
    "of",
    "2024",
    "x",
    "long_identifier_with_parts",
    "한국어",
    "naïve",
    "naive",
    ".",
    "\n",
    "\n\n",
    "(",
    "\"",
];

fn a_text(most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(VOCABULARY), 0..most).prop_map(|words| words.join(" "))
}

fn context_of(texts: &[String]) -> Context {
    let named = texts
        .iter()
        .enumerate()
        .map(|(number, text)| (format!("d{number}"), text.clone()));
    Context::from_documents(named, "\n").unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn search_hits_match_the_reference_definition(
        texts in prop::collection::vec(a_text(900), 1..8),
        query in a_text(6),
        shard_bytes in prop::sample::select(&[1_usize, 1_000, 5_000, 1 << 20][..]),
        threads in 1_usize..4,
    ) {
        let context = context_of(&texts);
        let expected = rounded(plainly(&context, &query));
        let options = Bm25Options::default().shard_bytes(shard_bytes).threads(NonZeroUsize::new(threads).unwrap());
        let hits = Bm25::new(context, options).search_blocking(&query, MAX_TOP_K).unwrap();
        prop_assert_eq!(shown(&hits), expected);
    }

    #[test]
    fn any_text_is_a_valid_query(query in "(\\PC|[\"'():*?~^\\\\+-]|AND|OR|\\x00|\n){0,40}", text in "\\PC{0,300}") {
        let hits = Bm25::new(Context::from_text(text), Bm25Options::default()).search_blocking(&query, 10);
        prop_assert!(hits.is_ok(), "{:?}", hits);
    }

    #[test]
    fn search_hits_have_correct_locations(texts in prop::collection::vec("[ a-cé水\n]{0,3000}", 1..4), query in "[a-cé水 ]{1,10}") {
        let context = context_of(&texts);
        for hit in Bm25::new(context.clone(), Bm25Options::default()).search_blocking(&query, 10).unwrap() {
            let document = context.documents().iter().find(|document| document.name() == &hit.document).unwrap();
            let characters: Vec<char> = document.as_str().chars().collect();
            let there: String = characters[hit.start..hit.end].iter().collect();
            prop_assert_eq!(hit.text.to_flat().unwrap(), there);
            let cited: Vec<_> = context.locate_text(hit.text.settled().unwrap()).collect();
            prop_assert_eq!(cited.len(), 1);
            prop_assert_eq!(&cited[0].document, &hit.document);
        }
    }
}

fn search(context: &Context, query: &str) -> Vec<String> {
    let hits = Bm25::new(context.clone(), Bm25Options::default())
        .search_blocking(query, 10)
        .unwrap();
    hits.iter().map(|hit| hit.document.to_string()).collect()
}

#[test]
fn code_and_texts_without_spaces_are_found() {
    let context = Context::from_documents(
        [
            ("a.py", "def get_user_name(self): return self.user"),
            ("b.js", "const name = getUserName(request);"),
            ("c.rs", "let user = name_of(get(request));"),
            ("ja", "彼は東京都に住んでいる。水を飲む。"),
            ("zh", "我住在京都附近的北京。"),
            ("th", "ฉันอาศัยอยู่ในกรุงเทพ"),
        ],
        "\n",
    )
    .unwrap();
    assert_eq!(search(&context, "getUserName"), ["b.js", "a.py", "c.rs"]);
    assert_eq!(search(&context, "get_user_name"), ["b.js", "a.py", "c.rs"]);
    assert_eq!(search(&context, "東京"), ["ja"]);
    assert_eq!(search(&context, "水"), ["ja"]);
    assert_eq!(search(&context, "北京"), ["zh"]);
    assert_eq!(search(&context, "กรุงเทพ")[0], "th");
    assert_eq!(search(&context, "absent entirely"), [""; 0]);
}

#[test]
fn equal_passages_are_ranked_in_document_order() {
    let texts: Vec<String> = (0..40).map(|_| "the same words".to_owned()).collect();
    let context = context_of(&texts);
    let options = Bm25Options::default().shard_bytes(30);
    let hits = Bm25::new(context, options).search_blocking("words", 5).unwrap();
    let names: Vec<&str> = hits.iter().map(|hit| hit.document.as_str()).collect();
    assert_eq!(names, ["d0", "d1", "d2", "d3", "d4"]);
}

fn a_context() -> Context {
    let texts: Vec<String> = (0..200)
        .map(|number| format!("passage {number} of {}\n", number % 7))
        .collect();
    context_of(&texts)
}

fn in_folder(folder: &Path) -> Bm25Options {
    Bm25Options::default().folder(folder).worth_keeping(0).shard_bytes(500)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// Searches, and returns the hits and whether the index was built for it.
fn search_in(folder: &Path) -> (Vec<(String, String, f64)>, bool) {
    let made = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&made);
    let options = in_folder(folder).progress(move |_| seen.store(true, Ordering::Relaxed));
    let hits = Bm25::new(a_context(), options)
        .search_blocking("passage 3", 20)
        .unwrap();
    (shown(&hits), made.load(Ordering::Relaxed))
}

#[test]
fn index_is_built_once_and_rebuilt_if_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let in_memory = Bm25::new(a_context(), Bm25Options::default())
        .search_blocking("passage 3", 20)
        .unwrap();
    let expected = shown(&in_memory);
    assert_eq!(search_in(folder.path()), (expected.clone(), true));
    assert_eq!(search_in(folder.path()), (expected.clone(), false));
    let file = files(folder.path()).pop().unwrap();
    let whole = fs::read(&file).unwrap();
    for damage in 0..40 {
        let mut bytes = whole.clone();
        let place = bytes.len() * damage / 40;
        if damage % 2 == 0 {
            bytes.truncate(place);
        } else {
            bytes[place] ^= 1;
        }
        fs::write(&file, bytes).unwrap();
        assert_eq!(search_in(folder.path()), (expected.clone(), true), "damaged at {place}");
        assert_eq!(files(folder.path()), std::slice::from_ref(&file));
    }
}

#[test]
fn truncating_an_index_in_use_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let retriever = Bm25::new(a_context(), in_folder(folder.path()));
    retriever.search_blocking("passage", 5).unwrap();
    let file = files(folder.path()).pop().unwrap();
    fs::File::options()
        .write(true)
        .open(file)
        .unwrap()
        .set_len(100)
        .unwrap();
    let error = retriever.search_blocking("passage", 5).unwrap_err();
    assert_eq!(error.code(), "retrieval_index");
}

#[test]
fn concurrent_searches_build_one_index() {
    let folder = tempfile::tempdir().unwrap();
    let results: Vec<_> = std::thread::scope(|scope| {
        let searches: Vec<_> = (0..8).map(|_| scope.spawn(|| search_in(folder.path()).0)).collect();
        searches.into_iter().map(|search| search.join().unwrap()).collect()
    });
    assert!(results.iter().all(|result| *result == results[0]));
    assert_eq!(files(folder.path()).len(), 1);
}

#[test]
fn unusable_index_folder_falls_back_to_memory() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "no folder").unwrap();
    let hits = Bm25::new(a_context(), in_folder(&file))
        .search_blocking("passage 3", 20)
        .unwrap();
    assert_eq!(hits.len(), 20);
}

#[test]
fn index_folder_limit_evicts_least_recently_used() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..4 {
        let context = Context::from_text(format!("text {number}"));
        let options = in_folder(folder.path()).folder_bytes(1);
        Bm25::new(context, options).search_blocking("text", 1).unwrap();
        assert_eq!(files(folder.path()).len(), 1, "only the newest is left");
    }
}

#[test]
fn cancelled_search_stops_indexing() {
    let inner = Bm25::new(a_context(), Bm25Options::default()).0;
    let result = inner.search("passage", 5, &AtomicBool::new(true));
    assert_eq!(result.unwrap_err(), RetrievalError::Stopped);
    // The cancelled search doesn't block the next one.
    assert_eq!(inner.search("passage", 5, &AtomicBool::new(false)).unwrap().len(), 5);
}

#[tokio::test]
async fn retriever_works_within_an_async_runtime() {
    let retriever: Arc<dyn Retriever> = Arc::new(Bm25::new(a_context(), Bm25Options::default()));
    assert_eq!(retriever.search("passage 3", 3).await.unwrap().len(), 3);
    assert_eq!(
        retriever.get("d1").await.unwrap().to_flat().unwrap(),
        "passage 1 of 1\n"
    );
    let errors = [
        retriever.search("passage", 0).await.unwrap_err(),
        retriever.search("passage", MAX_TOP_K + 1).await.unwrap_err(),
        retriever
            .search(&"é".repeat(crate::MAX_QUERY_CHARS + 1), 1)
            .await
            .unwrap_err(),
        retriever.vector_search("passage", 1).await.unwrap_err(),
        retriever.hybrid_search("passage", 1).await.unwrap_err(),
        retriever.get("d200").await.unwrap_err(),
    ];
    let shown: Vec<String> = errors
        .iter()
        .map(|error| format!("{}: {error}; {}", error.code(), error.hint()))
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    retrieval_top_k: top_k must be between 1 and 1000, got 0; use grep to search all of a text
    retrieval_top_k: top_k must be between 1 and 1000, got 1001; use grep to search all of a text
    retrieval_query_too_long: the query has 10001 characters, more than the maximum of 10000; use a few significant words
    retrieval_no_vectors: this retriever does not support vector search; search by words instead
    retrieval_no_vectors: this retriever does not support vector search; search by words instead
    retrieval_no_such_document: document not found: "d200"; use the name in a hit
    "#);
}

//! A minimal, deterministic host that answers `search`.

use sift_text::{Origin, SourceId, Text};
use sift_vm::{FoundPassage, HostAnswer, HostQuestion, Needs};

/// Answers a search, if the program requests one, with the documents that contain a word of the
/// query, those with more words first. Documents are joined by a line end.
pub(crate) fn answer(needs: &mut Needs, documents: &[(&str, &str)]) {
    let Some(HostQuestion::Search { query, top_k, .. }) = needs.asked().map(|asked| asked.question.clone()) else {
        return;
    };
    needs.answer(search(documents, &query.to_flat().unwrap(), top_k));
}

fn search(documents: &[(&str, &str)], query: &str, top_k: usize) -> HostAnswer {
    if query == "fail" {
        return HostAnswer::Failed(sift_vm::CallFailure {
            kind: "retrieval_index".into(),
            message: "the index of the context failed: no space is left".into(),
            hint: Some("go through the text with grep instead".into()),
        });
    }
    let mut found = Vec::new();
    let mut start = 0;
    for (source, (name, text)) in (0..).zip(documents) {
        let end = start + text.chars().count();
        let lower = text.to_lowercase();
        let words = query
            .split_whitespace()
            .filter(|word| lower.contains(&word.to_lowercase()));
        let score = words.count() as f64;
        if score > 0.0 {
            let text = Text::with_origin((*text).to_owned(), Origin::Source(SourceId(source)));
            found.push(FoundPassage {
                location: "fox.txt:1".into(),
                document: (*name).into(),
                text,
                score,
                start,
                end,
            });
        }
        start = end + 1;
    }
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    found.truncate(top_k);
    HostAnswer::Hits(found)
}

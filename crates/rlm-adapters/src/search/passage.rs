//! The selection of the sentences of a text with the most words of a question.

use super::words::content_words;

/// The maximum number of sentences in an extracted answer.
const MOST_SENTENCES: usize = 3;
/// The minimum length of a line, in bytes, from which it may be wrapped prose that continues on the
/// next line.
const WRAPPED_LINE: usize = 50;

/// Returns the sentences of `text` that match the words of `question` best, verbatim and in their
/// order, one per line. Returns `None` if no sentence contains enough of these words: all if there
/// are one or two, otherwise words with half of the total weight.
pub(super) fn best_sentences(question: &str, text: &str) -> Option<String> {
    let words: Vec<String> = content_words(question).iter().map(|word| word.to_lowercase()).collect();
    let sentences = sentences(text);
    let held: Vec<Vec<u64>> = sentences
        .iter()
        .map(|sentence| match_qualities(sentence, &words))
        .collect();
    let weights: Vec<u64> = (0..words.len()).map(|word| rarity(&held, word)).collect();
    let total: u64 = weights.iter().sum();
    let need = if words.len() <= 2 { total } else { total / 2 };
    let scores: Vec<u64> = held
        .iter()
        .map(|held| {
            let weight: u64 = held
                .iter()
                .zip(&weights)
                .filter(|(quality, _)| **quality > 0)
                .map(|(_, weight)| weight)
                .sum();
            let score = held
                .iter()
                .zip(&weights)
                .map(|(quality, weight)| quality * weight)
                .sum();
            if weight >= need { score } else { 0 }
        })
        .collect();
    let best = scores.iter().copied().max().filter(|best| *best > 0)?;
    let picked = sentences
        .iter()
        .zip(&scores)
        .filter(|(_, score)| **score * 10 >= best * 9);
    let picked: Vec<&str> = picked.map(|(sentence, _)| *sentence).take(MOST_SENTENCES).collect();
    Some(picked.join("\n"))
}

/// Returns, for each word of a question, the quality of its match in a sentence.
fn match_qualities(sentence: &str, words: &[String]) -> Vec<u64> {
    let sentence = sentence.to_lowercase();
    words.iter().map(|word| match_quality(&sentence, word)).collect()
}

/// Returns the quality of a word's match in a text: 10 if the word occurs separately, 6 at the
/// start of a longer word or as the singular of a plural, 0 if it does not occur.
fn match_quality(text: &str, word: &str) -> u64 {
    let in_word = |c: char| c.is_alphanumeric() || c == '_';
    let open =
        |neighbour: Option<char>, edge: Option<char>| neighbour.is_some_and(in_word) && edge.is_some_and(in_word);
    let mut quality = 0;
    for (place, found) in text.match_indices(word) {
        let before = text.get(..place).and_then(|before| before.chars().next_back());
        let after = text.get(place + found.len()..).and_then(|after| after.chars().next());
        if open(before, word.chars().next()) {
            continue;
        }
        if !open(after, word.chars().next_back()) {
            return 10;
        }
        if word.chars().count() >= 4 {
            quality = 6;
        }
    }
    match word.strip_suffix('s') {
        Some(singular) if quality == 0 && singular.chars().count() >= 4 => match_quality(text, singular).min(6),
        _ => quality,
    }
}

/// Returns the weight of a word by its rarity. The weight decreases by one for each doubling of the
/// number of sentences that contain the word.
fn rarity(held: &[Vec<u64>], word: usize) -> u64 {
    let count = held
        .iter()
        .filter(|held| held.get(word).is_some_and(|quality| *quality > 0))
        .count();
    u64::from(count.leading_zeros()).max(1)
}

/// Splits a text into sentences: at punctuation, at empty lines, and at line ends, unless the line
/// is wrapped prose.
fn sentences(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut line_start = 0;
    for (place, c) in text.char_indices() {
        let end = place + c.len_utf8();
        let rest = text.get(end..).unwrap_or_default();
        let ends = match c {
            '\n' => {
                let line = text.get(line_start..place).unwrap_or_default();
                line_start = end;
                !(line.len() >= WRAPPED_LINE && rest.trim_start_matches([' ', '\t']).starts_with(char::is_lowercase))
            }
            '.' | '!' | '?' => ends_sentence(text.get(start..end).unwrap_or_default(), rest),
            '。' | '！' | '？' => true,
            _ => false,
        };
        if ends {
            sentences.push((start, end));
            start = end;
        }
    }
    sentences.push((start, text.len()));
    let trimmed = sentences
        .into_iter()
        .filter_map(|(start, end)| Some(text.get(start..end)?.trim()));
    trimmed.filter(|sentence| !sentence.is_empty()).collect()
}

/// Returns `true` if the punctuation mark at the end of `sentence` ends it: `rest` begins with
/// whitespace and no lower-case letter follows, and the mark doesn't belong to an abbreviation.
fn ends_sentence(sentence: &str, rest: &str) -> bool {
    const ABBREVIATIONS: [&str; 14] = [
        "e.g.", "i.e.", "etc.", "vs.", "cf.", "mr.", "mrs.", "ms.", "dr.", "st.", "no.", "fig.", "art.", "sec.",
    ];
    let next = rest.trim_start_matches([' ', '\t', '\n']).chars().next();
    let begins = rest.starts_with(char::is_whitespace) && next.is_some_and(|next| !next.is_lowercase());
    let last = sentence
        .rsplit(char::is_whitespace)
        .next()
        .unwrap_or_default()
        .to_lowercase();
    let initial = last.chars().count() == 2 && last.ends_with('.') && last.starts_with(char::is_alphabetic);
    begins && !initial && !ABBREVIATIONS.contains(&last.trim_start_matches(['(', '"', '\'']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_lists_and_code_are_split_into_passages() {
        let text = "Mr. Hale opened the vault at 3.15 p.m. on Friday, i.e. late. \"Who saw it?\" Nobody did.\n\
                    - first point\n- second point\n\nA wrapped line of prose that is longer than fifty characters\n\
                    goes on here. let x = 5;\n";
        insta::assert_snapshot!(sentences(text).join("\n¶ "), @r#"
        Mr. Hale opened the vault at 3.15 p.m. on Friday, i.e. late.
        ¶ "Who saw it?" Nobody did.
        ¶ - first point
        ¶ - second point
        ¶ A wrapped line of prose that is longer than fifty characters
        goes on here. let x = 5;
        "#);
    }

    #[test]
    fn word_matches_score_by_whole_word_or_prefix() {
        assert_eq!(match_quality("the retry limit", "retry"), 10);
        assert_eq!(match_quality("retrying", "retry"), 6);
        assert_eq!(match_quality("a catalog", "cat"), 0, "too short to begin a longer word");
        assert_eq!(match_quality("preretry", "retry"), 0);
        assert_eq!(match_quality("one connection", "connections"), 6);
        assert_eq!(match_quality("(--flag)", "--flag"), 10);
    }
}

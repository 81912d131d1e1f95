//! The extraction of quotations from an answer.

/// The minimum width of a quotation that is checked, in characters, of which wide ones count twice.
/// Shorter ones are names and terms.
const SHORTEST: usize = 16;
/// The maximum length of a quotation in bytes. An opening mark that isn't closed within this length
/// is ignored.
const LONGEST: usize = 4_000;

/// The opening quotation marks, each with the marks that may close it.
const MARKS: &[(char, &[char])] = &[
    ('"', &['"']),
    ('“', &['”', '"']),
    ('„', &['“', '”']),
    ('«', &['»']),
    ('»', &['«']),
    ('「', &['」']),
    ('『', &['』']),
    ('‹', &['›']),
];

/// Yields the quotations in an answer from left to right: text between quotation marks within a
/// paragraph, and lines that begin with `>`. An ellipsis (`…`, `[...]`) divides a quotation in two.
pub(super) fn quotes(answer: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut found = Vec::new();
    for (at, paragraph) in paragraphs(answer) {
        let mut chars = paragraph.char_indices();
        while let Some((open, mark)) = chars.next() {
            let Some((_, ends)) = MARKS.iter().find(|(start, _)| *start == mark) else {
                continue;
            };
            let inside = open + mark.len_utf8();
            let text = paragraph.get(inside..).unwrap_or_default();
            // A straight quotation mark after a letter or digit, such as the sign for inches, opens
            // no quote.
            let before = paragraph.get(..open).and_then(|before| before.chars().next_back());
            if mark == '"' && before.is_some_and(char::is_alphanumeric) {
                continue;
            }
            if let Some(len) = text.find(*ends).filter(|len| *len <= LONGEST) {
                found.push((at + inside, text.get(..len).unwrap_or_default()));
                let behind = inside + len;
                while chars.clone().next().is_some_and(|(next, _)| next <= behind) {
                    chars.next();
                }
            }
        }
    }
    found.extend(block_quotes(answer));
    found.sort_by_key(|(at, _)| *at);
    found
        .into_iter()
        .flat_map(|(at, quote)| parts(at, quote))
        .filter(|(_, quote)| is_long(quote))
}

/// Yields the paragraphs of an answer, which are separated by empty lines, and their offsets.
fn paragraphs(answer: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    answer.split("\n\n").map(move |paragraph| {
        let start = at;
        at += paragraph.len() + 2;
        (start, paragraph)
    })
}

fn block_quotes(answer: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    answer.split_inclusive('\n').filter_map(move |line| {
        let start = at;
        at += line.len();
        let quote = line.trim_start().strip_prefix('>')?;
        // A line with quotation marks is covered by the search for them.
        let is_marked = quote.contains(|char| MARKS.iter().any(|(mark, _)| *mark == char));
        (!is_marked && quote.len() <= LONGEST).then_some((start + line.len() - quote.len(), quote))
    })
}

/// Splits a quotation at ellipses, and trims whitespace, emphasis and punctuation that belong to
/// the answer.
fn parts(at: usize, quote: &str) -> impl Iterator<Item = (usize, &str)> {
    const LEFT_OUT: &[&str] = &["[…]", "[...]", "(…)", "(...)", "…", "..."];
    let mut cuts = vec![(at, quote)];
    for mark in LEFT_OUT {
        cuts = cuts
            .into_iter()
            .flat_map(|(at, piece)| {
                let mut start = at;
                piece.split(mark).map(move |part| {
                    let begins = start;
                    start += part.len() + mark.len();
                    (begins, part)
                })
            })
            .collect();
    }
    cuts.into_iter().map(|(at, part)| {
        let is_own = |char: char| char.is_whitespace() || matches!(char, '*' | '_' | '.' | ',' | ';' | ':');
        let trimmed = part.trim_start_matches(is_own);
        let at = at + part.len() - trimmed.len();
        (
            at,
            trimmed.trim_end_matches(|char| is_own(char) || matches!(char, '!' | '?')),
        )
    })
}

fn is_long(quote: &str) -> bool {
    let width = |char: char| if char.len_utf8() > 2 { 2 } else { 1 };
    quote.chars().map(width).sum::<usize>() >= SHORTEST && quote.chars().any(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_extracted_from_answers() {
        let answer = "She said \"the first quote of them\", he “the second quote of them.” A 24\" screen and 30\" more is none.\n\
            „Das dritte ist deutsch hier“; «le quatrième est français» or 「これは五番目の引用です」.\n\n\
            > the sixth is a block of its own\n> “the seventh has marks, too”\n\n\
            An \"unclosed one that ends nowhere\n\nis none, nor is \"a term\". \"The eighth has been cut […] and the ninth is its end\"";
        let found: Vec<_> = quotes(answer)
            .map(|(at, quote)| (answer.get(at..at + quote.len()), quote))
            .collect();
        assert!(found.iter().all(|(there, quote)| *there == Some(*quote)), "{found:?}");
        let found: Vec<_> = found.into_iter().map(|(_, quote)| quote).collect();
        insta::assert_snapshot!(found.join("\n"), @"
        the first quote of them
        the second quote of them
        Das dritte ist deutsch hier
        le quatrième est français
        これは五番目の引用です
        the sixth is a block of its own
        the seventh has marks, too
        The eighth has been cut
        and the ninth is its end
        ");
    }
}

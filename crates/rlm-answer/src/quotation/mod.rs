//! The verification of an answer's quotes against the context.
//!
//! Text between quotation marks and lines that begin with `>` count as quotes. All of them are
//! searched for in a single pass over the whole context ([`search`]). Differences in whitespace,
//! quotation marks and dashes are ignored ([`fold`]). Quotes that are not found are reported, since
//! a fabricated quote looks like any other.

mod fold;
mod marks;
mod search;

use rlm_context::{Context, Location};
use rlm_model::SourceRange;
use serde::Serialize;
use sift_text::SourceId;

use crate::citation::Citation;
use fold::Folded;
use search::{Bounds, Given, Search};

/// The maximum number of quotations of an answer that are checked. Further ones get the verdict
/// `NotLookedFor`.
pub const MAX_QUOTES: usize = 40;
/// The maximum work of the search for the quotations of an answer.
const BOUNDS: Bounds = Bounds {
    bytes: 1 << 30,
    compared: 128 << 20,
};

/// A quotation in an answer, and the verdict on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Quote {
    /// The quoted words, as they occur in the answer.
    pub quote: String,
    /// The result of searching the context for the quoted words.
    pub verdict: Verdict,
    /// The byte offset of the quoted words in the answer.
    #[serde(skip)]
    pub at: u64,
    /// The byte range of the quoted words in the context; `None` if the context does not contain
    /// them.
    #[serde(skip)]
    pub range: Option<SourceRange>,
}

/// The result of searching the context for the words of a quotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// The context contains the quoted words verbatim.
    Verbatim,
    /// The context contains the quoted words with other whitespace, quotation marks or dashes.
    Verified,
    /// The context does not contain the quoted words.
    Unverified,
    /// The quoted words were not found in the part of the context that was searched, or there were
    /// too many quotations.
    NotLookedFor,
}

impl Verdict {
    /// Returns the stable name of the verdict for machine-readable output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Verbatim => "verbatim",
            Self::Verified => "verified",
            Self::Unverified => "unverified",
            Self::NotLookedFor => "not_looked_for",
        }
    }

    /// Returns `true` if the context contains the quoted words.
    #[must_use]
    pub const fn is_verified(self) -> bool {
        matches!(self, Self::Verbatim | Self::Verified)
    }
}

/// Checks the quotations in an answer, except those that the question contains. If a quotation
/// occurs several times in the context, occurrences in the ranges `given` to sub-calls take
/// precedence.
pub(crate) fn check(answer: &str, question: &str, context: &Context, given: &Given) -> Vec<Quote> {
    check_within(answer, question, context, given, BOUNDS)
}

fn check_within(answer: &str, question: &str, context: &Context, given: &Given, bounds: Bounds) -> Vec<Quote> {
    let mut quotes: Vec<(usize, &str, Folded)> = Vec::new();
    let mut too_many = Vec::new();
    for (at, quote) in marks::quotes(answer) {
        let Some(folded) = Folded::of(quote).filter(|folded| !folded.stands_in(question, bounds.compared)) else {
            continue;
        };
        // Equal quotes are searched for once.
        if quotes.iter().any(|(_, _, other)| *other == folded) {
            continue;
        }
        if quotes.len() < MAX_QUOTES {
            quotes.push((at, quote, folded));
        } else if too_many.len() < MAX_QUOTES {
            too_many.push((at, quote));
        }
    }
    let mut search = Search::new(quotes.iter().map(|(_, _, folded)| folded).collect(), bounds);
    search.in_given(context, given);
    search.everywhere(context);
    let found = quotes.iter().zip(search.into_found()).map(|((at, quote, _), found)| {
        let verdict = match &found {
            search::Outcome::Found(range) if words(context, *range) == Some(*quote) => Verdict::Verbatim,
            search::Outcome::Found(_) => Verdict::Verified,
            search::Outcome::Nowhere => Verdict::Unverified,
            search::Outcome::NotSearched => Verdict::NotLookedFor,
        };
        let range = match found {
            search::Outcome::Found(range) => Some(range),
            _ => None,
        };
        made(*at, quote, verdict, range)
    });
    let too_many = too_many
        .into_iter()
        .map(|(at, quote)| made(at, quote, Verdict::NotLookedFor, None));
    found.chain(too_many).collect()
}

fn made(at: usize, quote: &str, verdict: Verdict, range: Option<SourceRange>) -> Quote {
    Quote {
        quote: quote.to_owned(),
        verdict,
        at: at as u64,
        range,
    }
}

fn words(context: &Context, range: SourceRange) -> Option<&str> {
    let bytes = usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?;
    context.document(SourceId(range.source))?.as_str().get(bytes)
}

/// Adds citations for verified quotations that no citation covers, and sorts all citations in the
/// order of the documents.
pub(crate) fn add_places(citations: &mut Vec<Citation>, quotes: &[Quote], context: &Context) {
    for quote in quotes {
        let Some(range) = quote.range else { continue };
        let is_cited = citations.iter().any(|citation| {
            let cited = citation.range;
            cited.source == range.source && cited.start <= range.start && range.end <= cited.end
        });
        if is_cited {
            continue;
        }
        if let Some((location, words)) = located(context, range) {
            citations.push(Citation::of(location, words.to_owned(), quote.at, range));
        }
    }
    citations.sort_by_key(|citation| (citation.range.source, citation.range.start));
}

fn located(context: &Context, range: SourceRange) -> Option<(Location, &str)> {
    let bytes = usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?;
    let location = context.document(SourceId(range.source))?.locate(bytes)?;
    Some((location, words(context, range)?))
}

#[cfg(test)]
mod tests {
    use rlm_context::DEFAULT_SEPARATOR;

    use super::*;

    const MINUTES: &str = "Minutes of 3 May\n\nMs Ortiz said: the “late opening” trial —\nsix weeks long— was\n   well received by \
        visitors. It's to go on.\nThe board thanked the staff for the work that they did.\n";

    fn context() -> Context {
        let documents = [("other.md", "Nothing of interest stands here.\n"), ("may.md", MINUTES)];
        Context::from_documents(documents, DEFAULT_SEPARATOR).unwrap()
    }

    fn verdicts(answer: &str, context: &Context) -> Vec<String> {
        let quotes = check(answer, "What was “well received by the board”?", context, &Given::new());
        quotes
            .iter()
            .map(|quote| match quote.range {
                Some(range) => format!(
                    "{} {}:{}..{}",
                    quote.verdict.name(),
                    range.source,
                    range.start,
                    range.end
                ),
                None => quote.verdict.name().to_owned(),
            })
            .collect()
    }

    #[test]
    fn quotes_are_found_despite_differing_marks_and_whitespace() {
        let start = MINUTES.find("six weeks").unwrap();
        let end = MINUTES.find(" visitors").unwrap();
        for answer in [
            "It was \"six weeks long- was well received by\".",
            "It was “six weeks long—\nwas well received by”!",
            "Es hieß „six weeks long – was well received by“ dort.",
            "> six weeks long— was well received by",
        ] {
            assert_eq!(
                verdicts(answer, &context()),
                [format!("verified 1:{start}..{end}")],
                "{answer}"
            );
        }
        assert_eq!(
            verdicts("They said \"It's to go on.\\nYes\"", &context()),
            ["unverified"]
        );
        let verbatim = "They “thanked the staff for the work” there, and “thanked the staff  for the work”.";
        let start = MINUTES.find("thanked").unwrap();
        assert_eq!(
            verdicts(verbatim, &context()),
            [format!("verbatim 1:{start}..{}", start + 30)]
        );
    }

    #[test]
    fn missing_quotes_are_unverified_and_question_quotes_are_ignored() {
        let answer =
            "It was “badly received by all visitors”, not “well received by the board” but “It’s to go on”, and “ok”.";
        assert_eq!(verdicts(answer, &context()), ["unverified"]);
    }

    #[test]
    fn quote_search_is_bounded_in_quotes_and_context() {
        let long = Context::from_text(format!(
            "{}the words that stand at the end",
            "filler text ".repeat(1_000)
        ));
        let answer = "“the words that stand at the end” and “words that stand nowhere”";
        let verdicts = |bytes| {
            let quotes = check_within(
                answer,
                "",
                &long,
                &Given::new(),
                Bounds {
                    bytes,
                    compared: 1 << 20,
                },
            );
            quotes.into_iter().map(|quote| quote.verdict).collect::<Vec<_>>()
        };
        assert_eq!(verdicts(1 << 20), [Verdict::Verbatim, Verdict::Unverified]);
        assert_eq!(verdicts(1_000), [Verdict::NotLookedFor; 2]);
        // A quote that is too costly to compare is abandoned, without affecting the others.
        let common = Context::from_text(format!("{}z y x w v u t s r", "a b c d e f ".repeat(1_000)));
        let answer = "“f e d c b a f e d c b a” and “z y x w v u t s r”";
        let verdicts = |compared| {
            let bounds = Bounds {
                bytes: 1 << 20,
                compared,
            };
            let quotes = check_within(answer, "", &common, &Given::new(), bounds);
            quotes.into_iter().map(|quote| quote.verdict).collect::<Vec<_>>()
        };
        assert_eq!(verdicts(16_000), [Verdict::NotLookedFor, Verdict::Verbatim]);
        assert_eq!(verdicts(20_000), [Verdict::Unverified, Verdict::Verbatim]);
        let many: String = (0..100)
            .map(|number| format!("“quote that is number {number}” "))
            .collect();
        let quotes = check(&many, "", &long, &Given::new());
        let of = |verdict| quotes.iter().filter(|quote| quote.verdict == verdict).count();
        assert_eq!(
            (of(Verdict::Unverified), of(Verdict::NotLookedFor)),
            (MAX_QUOTES, MAX_QUOTES)
        );
    }

    #[test]
    fn quotes_are_located_first_in_text_read_by_sub_calls() {
        let context = Context::from_text("the same words twice. ".repeat(50));
        let given = Given::from([(0, vec![220..300, 500..600])]);
        let quotes = check("“the same words twice”", "", &context, &given);
        assert_eq!(quotes[0].range.map(|range| range.start), Some(220));
    }
}

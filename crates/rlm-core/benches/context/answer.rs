//! Measures a run whose answer quotes the text, with an offline model, to determine the cost of
//! verifying quotes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rlm_adapters::FakeModel;
use rlm_answer::Verdict;
use rlm_context::Context;
use rlm_core::{RunOptions, Runner};

/// The number of quotes that occur in the text. Equally many do not.
const THERE: usize = 10;
/// The length of a quote in bytes.
const QUOTED: usize = 160;

/// Runs a program that answers with or without quotes. Returns its time and the number of quotes
/// found.
pub(super) fn run(context: &Context, quotes: bool) -> (Duration, usize) {
    let answer = if quotes { quoting(context) } else { "nothing".to_owned() };
    let model = FakeModel::new([format!("```repl\nFINAL('''{answer}''')\n```")]);
    let runner = Runner::builder(Arc::new(model)).build().unwrap();
    let start = Instant::now();
    let result = runner.run_blocking("What?", context, RunOptions::default()).unwrap();
    let took = start.elapsed();
    let found = |verdict: Verdict| result.quotes.iter().filter(|quote| quote.verdict == verdict).count();
    let counts = [Verdict::Verbatim, Verdict::Verified, Verdict::Unverified].map(found);
    let expected = if quotes { [THERE / 2, THERE / 2, THERE] } else { [0; 3] };
    assert_eq!(
        counts, expected,
        "expected (verbatim, verified, missing) quotes: {answer}"
    );
    (took, counts[0] + counts[1])
}

/// Returns a program that quotes lines from all over the text: verbatim, with other white space,
/// and with reordered words.
fn quoting(context: &Context) -> String {
    let text = context.documents()[0].as_str();
    let line = |number: usize| {
        let at = text.len() / (2 * THERE) * number;
        let at = (at..text.len()).find(|at| text.is_char_boundary(*at)).unwrap();
        let mut lines = text
            .get(at..)
            .unwrap()
            .lines()
            .skip(1)
            .map(|line| line.replace(['"', '“', '”', '—', '…', '\''], " "));
        let line = lines.find(|line| line.len() > 40 && !line.contains("  ")).unwrap();
        let end = (0..=QUOTED.min(line.len()))
            .rev()
            .find(|end| line.is_char_boundary(*end))
            .unwrap();
        line.get(..end)
            .unwrap()
            .trim_end_matches(|char: char| !char.is_alphanumeric())
            .to_owned()
    };
    let quotes = (0..2 * THERE).map(|number| match (line(number), number) {
        (line, 0..5) => line,
        (line, 5..THERE) => line.replace(' ', " \n "),
        (line, _) => line.split(' ').rev().collect::<Vec<_>>().join(" "),
    });
    quotes.map(|quote| format!("“{quote}”\n\n")).collect()
}

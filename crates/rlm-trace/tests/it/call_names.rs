//! Tests of the names of calls.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use rlm_model::{Message, Part, Position, Role, SourceRange};
use rlm_trace::{CallNames, CallPrompt, JournalMessage};

const fn at(ordinal: u32, index: u32) -> Position {
    Position {
        turn: 2,
        ordinal,
        index,
    }
}

/// Returns a prompt with a text and then, if there is one, the piece of the context at a line. A
/// line has 100 bytes.
fn prompt(text: &str, line: Option<u64>) -> CallPrompt {
    let words = Part {
        text: text.into(),
        origin: None,
    };
    let piece = line.map(|line| Part {
        text: "x".repeat(100).into(),
        origin: Some(SourceRange {
            source: 0,
            start: line * 100,
            end: line * 100 + 100,
        }),
    });
    let parts = [words].into_iter().chain(piece).collect();
    CallPrompt::of_message(&JournalMessage::of(&Message {
        role: Role::User,
        parts,
    }))
}

fn place(range: SourceRange) -> String {
    format!("incidents.md:{}-{}", range.start / 100 + 1, range.end / 100)
}

fn named(calls: &[(Position, CallPrompt)], width: usize) -> String {
    let names = CallNames::new(calls.iter().cloned(), &place, width);
    let lines = calls.iter().map(|(position, _)| {
        let name = names.name(*position);
        format!("{}.{} {name}", position.ordinal, position.index)
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn calls_are_named_by_place_or_by_what_follows_the_common_beginning() {
    let ask = "What was the cause of the incident in this section? ";
    let batch: Vec<_> = (0..3)
        .map(|index| (at(1, index), prompt(ask, Some(16 + u64::from(index)))))
        .collect();
    insta::assert_snapshot!(named(&batch, 40), @r"
    1.0 incidents.md:17-17
    1.1 incidents.md:18-18
    1.2 incidents.md:19-19
    ");

    // The same place, asked about different things.
    let questions = ["Who signed the contract?", "When does it end?", "What does it cost?"];
    let batch: Vec<_> = (0..)
        .zip(questions)
        .map(|(index, text)| (at(1, index), prompt(text, Some(3))))
        .collect();
    insta::assert_snapshot!(named(&batch, 50), @r"
    1.0 incidents.md:4-4 “Who signed the contract?”
    1.1 incidents.md:4-4 “When does it end?”
    1.2 incidents.md:4-4 “What does it cost?”
    ");

    // No piece of the context: the prompts are texts of the program.
    let batch: Vec<_> = (0..3)
        .map(|index| {
            (
                at(1, index),
                prompt(&format!("{ask}Order {}, late", 4_711 + index), None),
            )
        })
        .collect();
    insta::assert_snapshot!(named(&batch, 40), @r"
    1.0 “…4711, late”
    1.1 “…4712, late”
    1.2 “…4713, late”
    ");

    // Calls one at a time are compared with each other; equal ones have equal names.
    let calls = [
        (at(1, 0), prompt("Summarize this part: the first", None)),
        (at(2, 0), prompt("Summarize this part: the second", None)),
        (at(3, 0), prompt("Summarize this part: the second", None)),
    ];
    insta::assert_snapshot!(named(&calls, 40), @r"
    1.0 “…first”
    2.0 “…second”
    3.0 “…second”
    ");
    insta::assert_snapshot!(named(&[(at(1, 0), prompt(ask, Some(16)))], 50), @"1.0 incidents.md:17-17 “What was the cause of the in…”");
}

#[test]
fn names_that_are_cut_before_they_differ_start_later() {
    let long = |end: &str| format!("Compare these: {} {end}", "a clause about notice ".repeat(8));
    let batch = [
        (at(1, 0), prompt("Compare these: one clause", None)),
        (at(1, 1), prompt(&long("in May"), None)),
        (at(1, 2), prompt(&long("in June"), None)),
    ];
    insta::assert_snapshot!(named(&batch, 30), @r"
    1.0 “…one clause”
    1.1 “…May”
    1.2 “…June”
    ");
    insta::assert_snapshot!(CallNames::new(batch, &place, 30).common(at(1, 1)).unwrap_or_default(), @"Compare these:");
}

/// The text of a prompt, and the line of the piece in it.
type Prompt = (String, Option<u64>);

fn any_prompt() -> impl Strategy<Value = Prompt> {
    let text = prop_oneof![
        "[ab ]{0,12}",
        "(What is this about\\? ){0,3}[a-c0-9 ]{0,6}",
        "\\PC{0,20}",
        ("[a-c]{1,3}", 0_usize..60).prop_map(|(word, count)| word.repeat(count)),
    ];
    (text, prop::option::of(0_u64..4))
}

proptest! {
    #[test]
    fn names_are_bounded_and_distinct_if_the_prompts_are(
        prompts in prop::collection::vec((1_u32..4, any_prompt()), 1..20),
        width in 16_usize..60,
    ) {
        let calls: Vec<_> = (0..).zip(&prompts).map(|(index, (ordinal, (text, line)))| {
            (at(*ordinal, index), (text.split_whitespace().collect::<Vec<_>>().join(" "), *line))
        }).collect();
        let prompts = calls.iter().map(|(position, (text, line))| (*position, prompt(text, *line)));
        let names = CallNames::new(prompts, &place, width);
        let mut by_name: BTreeMap<(u32, String), BTreeSet<Prompt>> = BTreeMap::new();
        for (position, prompt) in calls {
            let name = names.name(position);
            prop_assert!(!name.is_empty() && name.chars().count() <= width, "{name:?}");
            prop_assert!(!name.contains(['\n', '\r', '\t']), "{name:?}");
            by_name.entry((position.ordinal, name.to_owned())).or_default().insert(prompt);
        }
        for (name, prompts) in by_name {
            prop_assert_eq!(prompts.len(), 1, "{:?}: {:?}", name, prompts);
        }
    }
}

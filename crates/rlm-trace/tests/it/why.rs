//! Tests of the origins of an answer.

use crate::support::*;
use rlm_model::{RunPath, SourceRange};
use rlm_trace::*;

#[test]
fn answer_is_traced_to_context_replies_and_programs() {
    let value = "Node 9 was full: disk full on node 9. 40 were asked, and 9 of all that were asked.";
    let cut = CONTEXT.find("disk full on node 9").unwrap() as u64;
    let range = SourceRange {
        source: 0,
        start: cut,
        end: cut + 19,
    };
    let events = [
        run_started(),
        turn_started(RunPath::default(), 1),
        issued("1.1.0", "How many?"),
        Event::Settled(Box::new(settled("1.1.0", " asked "))),
        issued("1.1.1", "How many?"),
        Event::Settled(Box::new(settled("1.1.1", "asked"))),
        ran(&[(30, 70)]),
        Event::Final(FinalValue {
            run: RunPath::default(),
            turn: 1,
            value: value.to_owned(),
            citations: vec![RecordedCitation {
                at: 17,
                range,
                name: "nodes.log".to_owned(),
                page: None,
                section: None,
                line: Some(2),
            }],
            quotes: Vec::new(),
        }),
    ];
    let records = records(&events);
    let tree = Tree::of(&records);
    let why = Why::of(&tree, &RunPath::default()).unwrap();
    let pieces: Vec<_> = why
        .pieces
        .iter()
        .map(|piece| (why.words(piece), format!("{:?}", piece.from)))
        .collect();
    insta::assert_debug_snapshot!(pieces);
    assert_eq!(tree.scanners(&RunPath::default(), range), [1]);
    assert_eq!(tree.readers(range), []);
}

#[test]
fn run_without_an_answer_has_no_provenance() {
    let records = records(&[run_started(), turn_started(RunPath::default(), 1)]);
    assert_eq!(Why::of(&Tree::of(&records), &RunPath::default()), None);
}

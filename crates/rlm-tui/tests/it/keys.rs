//! Property tests with any keys over any journal: nothing panics, and every row can be reached and
//! read in full.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use rlm_model::{CallId, ModelErrorKind, Position, RunPath};
use rlm_trace::{Ending, Event, Millis, ProgramEnd, Record, Resumed};
use rlm_tui::{Host, Key, View, Writer};

use crate::screen::{lines, press, screen, view_of};
use crate::written::{Written, failed, not_sent, partial, recorded, recursive, reply, running};

/// An event of a run, in any order, since journals of other releases may have any order.
#[derive(Debug, Clone)]
enum Happening {
    Turn,
    Issue,
    Reply(String),
    Fail(String),
    NotSent,
    Retry,
    Child(String),
    Program(String),
    Ran(String),
    Raised(String),
    Shown(String),
    Final(String),
    Limit,
    End(bool),
    DiscardExtent(u64),
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "(\\PC|\\p{Cc}|\n|日|e\u{301}| ){0,120}",
        Just("a line that is longer than the narrowest of terminals is wide, by far\n".repeat(9)),
    ]
}

fn any_happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        Just(Happening::Turn),
        Just(Happening::Issue),
        any_text().prop_map(Happening::Reply),
        any_text().prop_map(Happening::Fail),
        Just(Happening::NotSent),
        Just(Happening::Retry),
        any_text().prop_map(Happening::Child),
        any_text().prop_map(Happening::Program),
        any_text().prop_map(Happening::Ran),
        any_text().prop_map(Happening::Raised),
        any_text().prop_map(Happening::Shown),
        any_text().prop_map(Happening::Final),
        Just(Happening::Limit),
        any::<bool>().prop_map(Happening::End),
        (0_u64..20).prop_map(Happening::DiscardExtent),
    ]
}

prop_compose! {
    fn any_position()(turn in 1_u32..4, ordinal in 0_u32..4, index in 0_u32..2) -> Position {
        Position { turn, ordinal, index }
    }
}

fn journal(happenings: Vec<(Vec<Position>, Position, Happening)>) -> Vec<Arc<Record>> {
    let mut run = Written::begin("What?");
    for (path, position, happening) in happenings {
        let run_path = RunPath(path);
        let call = CallId {
            run: run_path.clone(),
            position,
        };
        let call = call.to_string();
        let turn = match run_path.0.is_empty() {
            true => position.turn.to_string(),
            false => format!("{run_path}/{}", position.turn),
        };
        run.wait(7);
        match happening {
            Happening::Turn => run.turn(&turn),
            Happening::Issue => run.issue(&call, "What is it?"),
            Happening::Reply(text) => run.settle(&call, reply(&text)),
            Happening::Fail(text) => run.settle(&call, failed(ModelErrorKind::Server, &text)),
            Happening::NotSent => run.settle(&call, not_sent("MaxSubcallsExceeded", "no more")),
            Happening::Retry => run.attempt_failed(&call, "too many requests"),
            Happening::Child(text) => run.child(&call, &text),
            Happening::Program(text) => run.program(&turn, &text),
            Happening::Ran(text) => run.ran(&turn, ProgramEnd::Done, &text, None),
            Happening::Raised(text) => run.ran(&turn, ProgramEnd::Raised, "", Some(("KeyError", &text, 1))),
            Happening::Shown(text) => run.observed(&turn, &text),
            Happening::Final(text) => run.final_value(&turn, &text, ""),
            Happening::Limit => run.limit(&turn, "MaxStepsExceeded", 3, "MaxStepsExceeded: 4 of 3"),
            Happening::End(true) => run.end(&run_path.to_string(), "complete", Some("it is"), None),
            Happening::End(false) => run.end(&run_path.to_string(), "budget_exceeded", None, Some("too much")),
            Happening::DiscardExtent(line) => run.write(Event::Resumed(Box::new(Resumed {
                rlm: "0.1.0".into(),
                started: None,
                in_doubt: Vec::new(),
                taken_back: vec![line],
                change: None,
            }))),
        };
    }
    run.records
}

fn any_journal() -> impl Strategy<Value = Vec<Arc<Record>>> {
    vec((vec(any_position(), 0..3), any_position(), any_happening()), 0..24).prop_map(journal)
}

fn any_key() -> impl Strategy<Value = Key> {
    prop_oneof![
        3 => prop::sample::select("qjkhlgGnNeEzfmb?/[] slx".chars().collect::<Vec<_>>()).prop_map(Key::Char),
        2 => prop::sample::select(vec![
            Key::Enter, Key::Escape, Key::Tab, Key::Backspace, Key::Up, Key::Down, Key::Left, Key::Right,
            Key::PageUp, Key::PageDown, Key::Home, Key::End, Key::Interrupt,
        ]),
        1 => any::<char>().prop_map(Key::Char),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn arbitrary_keys_never_panic(
        records in any_journal(),
        keys in vec((any_key(), (1_u16..140, 1_u16..50)), 0..40),
        is_gone: bool,
    ) {
        let mut view = View::new(Host::Runner);
        let mut records = records.into_iter();
        for (key, size) in keys {
            records.next().into_iter().for_each(|record| view.add(record));
            view.press(key);
            view.tick(Millis(99));
            let shown = screen(&mut view, size);
            prop_assert!(!shown.contains(|char: char| char.is_control() && char != '\n'), "{shown:?}");
        }
        records.for_each(|record| view.add(record));
        if is_gone {
            view.set_writer(Writer::Gone(Ending::Torn { line: 3, dropped: 8 }));
        }
        screen(&mut view, (80, 24));
    }

    #[test]
    fn incremental_records_render_like_a_complete_journal(records in any_journal()) {
        // Intermediate frames only change the scroll position, so the size fits all rows.
        let size = (90, 400);
        let mut looked = View::new(Host::Watcher);
        for record in &records {
            looked.add(Arc::clone(record));
            screen(&mut looked, size);
        }
        let mut at_once = view_of(Host::Watcher, records);
        // Durations are shown in tenths of a second.
        looked.tick(Millis(100_000));
        at_once.tick(Millis(100_000));
        prop_assert_eq!(screen(&mut looked, size), screen(&mut at_once, size));
    }
}

/// Opens all rows, moves down row by row, and returns the first line of each row's text.
fn walked(view: &mut View, size: (u16, u16)) -> Vec<String> {
    let mut seen = Vec::new();
    view.fit(size.into());
    view.press(Key::Home);
    for _ in 0..500 {
        // Collapsed rows on the path are expanded.
        let shown = lines(view, size);
        let cursor = shown
            .iter()
            .find(|line| line.starts_with('>'))
            .expect("a row is selected")
            .clone();
        if cursor.contains('▸') {
            view.press(Key::Char(' '));
        }
        view.press(Key::Tab);
        let text = lines(view, size);
        seen.push(
            text[3]
                .trim_end_matches(['│', '┃'])
                .rsplit('│')
                .next()
                .unwrap_or_default()
                .trim()
                .to_owned(),
        );
        view.press(Key::Tab);
        let before = cursor;
        view.press(Key::Down);
        let after = lines(view, size)
            .into_iter()
            .find(|line| line.starts_with('>'))
            .expect("a row is selected");
        if after == before && lines(view, size).last() == shown.last() {
            break;
        }
    }
    seen
}

#[test]
fn every_row_can_be_reached_at_every_size() {
    for size in [(40, 10), (80, 24), (200, 60)] {
        let mut view = view_of(Host::Watcher, recursive().records);
        let seen = walked(&mut view, size);
        let wanted = [
            "Run 20261123-090000-abcdef is running",
            "Step 1: ●",
            "Call 1.0.0",
            "Child run 1.1.0:",
            "Step 1 of child run 1.1.0:",
            "Call 1.1.0/1.0.0",
            "Child run 1.1.0/1.1.0",
            "Step 1 of child run 1.1.0/1.1.0",
            "Call 1.1.0/1.1.0/1.0.0",
            "Complete",
            "Child run 1.2.0",
            "Call 1.2.0/1.0.0",
        ];
        for wanted in wanted {
            let head: String = wanted.chars().take(30).collect();
            assert!(
                seen.iter().any(|seen| seen.starts_with(&head)),
                "{wanted} at {size:?}: {seen:#?}"
            );
        }
    }
}

#[test]
fn every_word_of_a_text_can_be_scrolled_to_at_80_by_24() {
    for records in [
        recorded("minutes"),
        recorded("reviews"),
        running().records,
        partial().records,
    ] {
        let mut view = view_of(Host::Watcher, records.clone());
        let mut words: BTreeSet<String> = BTreeSet::new();
        press(&mut view, "g");
        for _ in 0..200 {
            press(&mut view, "\tg");
            let mut last = String::new();
            loop {
                let shown = lines(&mut view, (80, 24));
                for line in &shown[3..23] {
                    let text = line.split_once('│').map_or("", |(_, text)| text);
                    words.extend(text.split(|char: char| !char.is_alphanumeric()).map(str::to_owned));
                }
                if shown[3..].concat() == last {
                    break;
                }
                last = shown[3..].concat();
                view.press(Key::PageDown);
            }
            press(&mut view, "\t");
            let before = lines(&mut view, (80, 24));
            if before.iter().any(|line| line.starts_with('>') && line.contains('▸')) {
                press(&mut view, " ");
            }
            let before = lines(&mut view, (80, 24));
            press(&mut view, "j");
            if lines(&mut view, (80, 24)).last() == before.last() {
                break;
            }
        }
        for record in &records {
            let texts: Vec<&str> = match &record.event {
                Event::RunStarted(started) => vec![&started.question],
                Event::ProgramChecked(checked) => vec![&checked.source],
                Event::ProgramRan(ran) => vec![&ran.stdout],
                Event::Observation(observation) => vec![&observation.text],
                Event::Outcome(ended) => ended.answer.iter().map(String::as_str).collect(),
                _ => continue,
            };
            for word in texts
                .iter()
                .flat_map(|text| text.split(|char: char| !char.is_alphanumeric()))
            {
                // Words that are longer than a row are wrapped.
                assert!(word.len() > 40 || words.contains(word), "{word:?}");
            }
        }
    }
}

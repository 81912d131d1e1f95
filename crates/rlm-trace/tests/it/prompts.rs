//! Tests that recorded prompts are rendered byte for byte from the journal and the context.

use std::sync::Arc;

use crate::support::*;
use insta::assert_snapshot;
use proptest::collection::vec;
use proptest::prelude::*;
use rlm_model::{Message, Parameters, Part, Request, Role, SourceRange, Tokens};
use rlm_trace::*;

fn part(text: &str, start: u64, end: u64) -> Part {
    let origin = Some(SourceRange { source: 0, start, end });
    Part {
        text: text.into(),
        origin,
    }
}

fn journal_parts(parts: Vec<Part>) -> Vec<JournalPart> {
    let role = Role::User;
    Messages::of(&[Message { role, parts }]).own.remove(0).parts
}

#[test]
fn only_long_context_pieces_become_references() {
    let range = |start, end| SourceRange { source: 0, start, end };
    let text = |text: &str| JournalPart::Text(text.into());
    let piece = |bytes: usize| part(&CONTEXT[..bytes], 0, bytes as u64);
    assert_eq!(
        journal_parts(vec![piece(63), piece(64)]),
        [text(&CONTEXT[..63]), JournalPart::Source(range(0, 64))]
    );
    let not_from_the_context = Part {
        text: CONTEXT.into(),
        origin: None,
    };
    let of_another_length = part(CONTEXT, 0, 5);
    let back_to_front = part(CONTEXT, 70, 0);
    assert_eq!(
        journal_parts(vec![not_from_the_context, of_another_length, back_to_front]),
        [text(&CONTEXT.repeat(3))]
    );
}

#[test]
fn ranges_of_short_pieces_are_recorded_next_to_the_text() {
    let range = |start, end| SourceRange { source: 0, start, end };
    let piece = |start: usize, end: usize| part(&CONTEXT[start..end], start as u64, end as u64);
    let pieces_of = |parts| {
        pieces(&[Message {
            role: Role::User,
            parts,
        }])
    };
    let own = |text: &str| Part {
        text: text.into(),
        origin: None,
    };
    // Lines without their line ends are merged. Pieces that are further apart, out of order, or
    // nested are not.
    let lines = vec![
        own("Which?\n"),
        piece(0, 20),
        own("\n"),
        piece(21, 40),
        own("\n"),
        piece(43, 50),
    ];
    assert_eq!(pieces_of(lines), [range(0, 40), range(43, 50)]);
    assert_eq!(
        pieces_of(vec![piece(30, 40), piece(10, 20)]),
        [range(30, 40), range(10, 20)]
    );
    assert_eq!(
        pieces_of(vec![piece(0, 40), piece(10, 20)]),
        [range(0, 40), range(10, 20)]
    );
    // If all pieces are references, the list is empty; otherwise it contains all pieces.
    assert_eq!(pieces_of(vec![own("Which?"), piece(0, 70)]), []);
    assert_eq!(pieces_of(vec![piece(0, 70), piece(72, 80)]), [range(0, 80)]);
}

#[test]
fn a_prompt_over_a_long_context_stays_small() {
    let long: Arc<str> = "0123456789abcdef".repeat(1 << 16).into();
    let end = long.len() as u64;
    let origin = Some(SourceRange {
        source: 0,
        start: 0,
        end,
    });
    let messages = [Message {
        role: Role::User,
        parts: vec![Part { text: long, origin }],
    }];
    let journal = Messages::of(&messages);
    assert_snapshot!(
        serde_json::to_string(&journal).unwrap(),
        @r#"{"own":[{"role":"user","parts":[{"source":0,"start":0,"end":1048576}]}]}"#
    );
    assert_eq!(journal.content_bytes(), 1 << 20);
}

#[test]
fn recorded_requests_render_to_their_digests() {
    let records = records(&a_run());
    let prompts = RecordedPrompts::of(&records);
    let mut calls = 0;
    for record in &records {
        if let Event::Issued(call) = &record.event {
            let request = prompts.request(&call.id, &resolve).unwrap();
            assert_eq!(request.digest(&call.model), call.request_id.digest, "{}", call.id);
            assert_eq!(request.content_bytes(), call.messages.content_bytes(), "{}", call.id);
            calls += 1;
        }
    }
    assert_eq!(calls, 4);
}

#[test]
fn unrenderable_request_reports_the_reason() {
    let mut events = a_run();
    let nothing = |_: SourceRange| None;
    let shorter = |range| resolve(range).map(|text| text[1..].into());
    let all = records(&events);
    let prompts = RecordedPrompts::of(&all);
    let errors = [
        prompts.request(&id("9.9.9"), &resolve).unwrap_err(),
        prompts.request(&id("2.1.0"), &nothing).unwrap_err(),
        prompts.request(&id("2.1.0"), &shorter).unwrap_err(),
    ];
    assert_snapshot!(errors.map(|error| format!("{error}; {}", error.hint())).join("\n"), @r#"
    no request of call 9.9.9 in the journal; `rlm trace RUN --calls` lists its calls
    the context has no text at source 0, bytes 0..98; give the context of the recorded run, unchanged
    the context has no text at source 0, bytes 0..98; give the context of the recorded run, unchanged
    "#);

    events.remove(2);
    let headless = records(&events);
    let error = RecordedPrompts::of(&headless)
        .request(&id("2.0.0"), &resolve)
        .unwrap_err();
    assert_snapshot!(format!("{error}; {}", error.hint()), @"the request of call 2.0.0 repeats messages of call 1.0.0, which are not in the journal before it; rlm does not write such journals: read it with the program that wrote it");
}

#[test]
fn cyclic_prompt_repeats_are_an_error() {
    let request = Request::new(Vec::new(), Parameters::with_max_output(Tokens(1)));
    let repeating = |call: &str, earlier: &str| {
        let repeated = Some(Repeated {
            call: id(earlier),
            messages: 1,
            bytes: 64,
        });
        let own = Vec::new();
        Event::Issued(Box::new(issue(call, &request, Messages { repeated, own })))
    };
    let records = records(&[
        repeating("1.0.0", "1.0.0"),
        repeating("2.0.0", "3.0.0"),
        repeating("3.0.0", "2.0.0"),
    ]);
    for call in ["1.0.0", "2.0.0", "3.0.0"] {
        let error = RecordedPrompts::of(&records).request(&id(call), &resolve).unwrap_err();
        assert!(matches!(error, RecordedPromptError::BrokenRepeat { .. }), "{error}");
    }
}

proptest! {
    /// Conversations grow, are truncated and change. Each turn is written as the continuation of
    /// the previous one.
    #[test]
    fn recorded_conversations_render_as_sent(
        turns in vec((0_usize..4, vec(("[a-z]{0,40}", 0_u64..40, any::<bool>()), 0..4)), 1..12),
    ) {
        let mut messages: Vec<Message> = Vec::new();
        let mut events = Vec::new();
        let mut sent: Vec<(String, Vec<Message>)> = Vec::new();
        for (turn, (cut, added)) in (1..).zip(turns) {
            messages.truncate(messages.len().saturating_sub(cut));
            messages.extend(added.into_iter().map(|(text, start, from_context)| {
                let mut message = Message::user(text);
                if from_context {
                    let range = SourceRange { source: 0, start, end: start + 40 + start % 30 };
                    let text = resolve(range).unwrap_or_default();
                    message.parts.push(Part { text, origin: Some(range) });
                }
                message
            }));
            let request = Request::new(messages.clone(), Parameters::with_max_output(Tokens(1)));
            let journal = match sent.last() {
                Some((call, before)) => Messages::following((&id(call), before), &messages),
                None => Messages::of(&messages),
            };
            let call = format!("{turn}.0.0");
            events.push(Event::Issued(Box::new(issue(&call, &request, journal))));
            sent.push((call, messages.clone()));
        }
        let records = records(&events);
        let prompts = RecordedPrompts::of(&records);
        for (call, messages) in sent {
            let rendered = prompts.request(&id(&call), &resolve).unwrap().messages;
            let contents = |messages: &[Message]| messages.iter().map(Message::content).collect::<Vec<_>>();
            prop_assert_eq!(contents(&rendered), contents(&messages));
        }
    }
}

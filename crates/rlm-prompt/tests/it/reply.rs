//! Tests of the parsing of replies: one file per reply, one snapshot per file.

use std::fmt::Write as _;

use proptest::prelude::*;
use rlm_prompt::reply::{Action, Reading, read};

fn shown(reply: &str, reading: &Reading) -> String {
    let mut shown = format!("REPLY\n{}\n\nREAD AS\n", indented(reply));
    let _ = match &reading.action {
        Action::Program { source, then } => writeln!(shown, "a program:\n{}\nthen: {then:?}", indented(source)),
        Action::Final(value) => writeln!(shown, "the answer: {value:?}"),
        Action::Nothing(reason) => writeln!(shown, "nothing: {reason:?}"),
    };
    for note in &reading.notes {
        let _ = writeln!(shown, "note: {note}");
    }
    let _ = writeln!(
        shown,
        "left out of the conversation: {:?}",
        reply.get(reading.kept..).unwrap()
    );
    shown
}

fn indented(text: &str) -> String {
    text.lines()
        .map(|line| format!("    {line}\n"))
        .collect::<String>()
        .trim_end()
        .to_owned()
}

#[test]
fn replies() {
    insta::glob!("..", "replies/*.txt", |path| {
        let reply = std::fs::read_to_string(path).unwrap();
        insta::assert_snapshot!(shown(&reply, &read(&reply)));
    });
}

#[test]
fn parsing_hostile_replies_takes_linear_time() {
    // Each of these would take hours if a part of it were parsed repeatedly.
    let pieces = [
        "FINAL(\n",
        "# comment\n",
        "```\n",
        "```repl\n",
        "~~~",
        "<tool_call>",
        "<tool_call>{",
        "<function=a>",
        "<",
        "x = (\n",
        "x = 1\n",
        "\"\"\"",
        "'",
        "FINAL: ",
        "FINAL_VAR(",
        "<code>\n",
        "<think>",
        "</think>",
        "word ",
        "print(",
        "\\",
        "    ",
    ];
    for piece in pieces {
        let reply = piece.repeat((1 << 19) / piece.len());
        let reading = read(&reply);
        assert!(reading.kept <= reply.len(), "{piece}");
        let reading = read(&format!("```repl\n{reply}"));
        assert!(reading.kept <= reply.len() + 8, "{piece}");
    }
}

/// Pieces of valid and malformed replies.
fn piece() -> impl Strategy<Value = String> {
    let pieces = [
        "```repl\n",
        "```\n",
        "```",
        "~~~\n",
        "print(1)\n",
        "x = \"\"\"\n",
        "\"\"\"\n",
        "FINAL(",
        ")",
        "FINAL: ",
        "FINAL_VAR: x\n",
        "<tool_call>",
        "</tool_call>",
        "{\"name\": \"repl\", \"arguments\": {\"code\": \"",
        "\"}}",
        "<function=a>",
        "<parameter=code>",
        "</parameter>",
        "<think>",
        "</think>",
        "I think so.\n",
        "é",
        "\n",
        "    ",
        "<",
        ">",
        "\\",
        "'",
        "<|im_end|>",
        "<code>\n",
    ];
    prop_oneof![
        proptest::sample::select(pieces.to_vec()).prop_map(str::to_owned),
        "\\PC{0,6}"
    ]
}

proptest! {
    #[test]
    fn reply_parsing_never_panics(pieces in prop::collection::vec(piece(), 0..24)) {
        let reply = pieces.concat();
        let reading = read(&reply);
        prop_assert!(reply.is_char_boundary(reading.kept));
        if let Action::Program { source, .. } = &reading.action {
            prop_assert!(!source.trim().is_empty());
        }
    }

    #[test]
    fn fenced_program_is_extracted_verbatim(lines in prop::collection::vec("[a-z]{1,8} = [0-9]{1,5}", 1..8), after in "[a-z .]{0,40}") {
        let source = lines.join("\n");
        let reading = read(&format!("Some words.\n```repl\n{source}\n```\n{after}"));
        let Action::Program { source: read, then: None } = reading.action else { panic!("{:?}", reading.action) };
        prop_assert_eq!(read.trim_end(), source);
    }
}

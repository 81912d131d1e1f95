//! Every text operation over random Unicode, compared with the installed CPython: for the same text
//! as contiguous text, as a rope, and as a part of the context.

use rlm_test_needs::needs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::support::{Arrival, run_in};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use sift_text::{Origin, SourceId, Text};
use sift_vm::{ContextData, Machine, Settings};

/// Expressions over a text `s`, and over texts `t` and `u` that may be parts of it.
const OPERATIONS: &[&str] = &[
    "len(s)",
    "s == t, s < t, s + t == t + s, s != u + s",
    "s[1:-1], s[::2], s[::-1], s[-5:3], s[2:900:3]",
    "[s[i] for i in range(0, len(s), 7)]",
    "t in s, u in s, s in t, '' in s",
    "s.find(t), s.find(t, 3), s.find(t, -9, -1), s.find('', 4), s.rfind(t), s.rfind(u, 2, 30), s.rfind('', 2, 1)",
    "s.count(t), s.count(u), s.count(''), s.count(t, 5), s.count('\\n'), s.count(t, 2, -3)",
    "s.startswith(t), s.endswith(u), s.startswith((t, u), 1), s.endswith((t, s[-2:]), 0, 400)",
    "s.index(t)",
    "s.rindex(u, 1)",
    "s.split(), s.split(None, 2), s.rsplit(), s.rsplit(None, 2)",
    "s.split(t)",
    "s.split(u, 3), s.rsplit(u, 3)",
    "s.splitlines(), s.splitlines(True)",
    "s.partition(t), s.rpartition(u)",
    "s.strip(), s.lstrip(t), s.rstrip(u), s.strip(t + u)",
    "s.replace(t, u), s.replace(u, '', 2), s.replace('', t, 5)",
    "s.removeprefix(t), s.removesuffix(u), s.removeprefix(s[:3])",
    "t.join([s, u, s]), t.join(list(u))",
    "s * 2 == s + s, t * 3",
    "s.upper(), s.lower(), s.title(), s.capitalize(), s.swapcase(), s.casefold()",
    "s.isalpha(), s.isalnum(), s.isdigit(), s.isspace(), s.islower(), s.isupper(), s.istitle(), s.isprintable(), s.isascii()",
    "s.center(len(s) + 5, '*'), s.ljust(len(s) + 3), s.rjust(len(s) + 4, 'ß'), s.zfill(len(s) + 2)",
    "s.expandtabs(3)",
    "s.translate({ord(c): None for c in t}), s.translate(str.maketrans('ab', 'xß'))",
    "repr(s), ascii(s), '%s|%r' % (t, u), f'{s[:4]!r:>9}|{t:^7}'",
    "sorted(set(s)), max(s + 'a'), min(s + 'a'), [ord(c) for c in t]",
    "[c for c in s][:40], list(enumerate(t)), list(zip(s, u)), list(reversed(u))",
    "{c: s.count(c) for c in t}",
    "re.findall(re.escape(t), s), re.split(re.escape(u) or 'x', s)",
    "[m.span() for m in re.finditer(r'\\w+', s)]",
    "re.sub(r'(\\s)(\\S)', r'\\2\\1', s), re.findall(r'(?m)^.?', s), re.findall(r'[^\\W\\d_]+|\\d', s)",
    "[m.span() for m in re.finditer(r'(?i)' + re.escape(t), s)]",
];

/// Texts of words, white space, line ends, scripts of one to four bytes, marks, and any characters.
fn texts(longest: usize) -> impl Strategy<Value = String> {
    let stretch = prop_oneof![
        4 => "[a-c]{1,6}",
        2 => "[ \\t\\n]{1,2}",
        1 => "[\\r\\n\\x0b\\x0c\\x1c-\\x1f\\u{85}\\u{a0}\\u{2028}\\u{3000}]{1,3}",
        2 => "[äßéÄẞſİıσςΣǅ]{1,3}",
        2 => "[日本語กДя٣७०]{1,4}",
        1 => "[😀👍🏽\\u{1f1e9}\\u{1f1ea}\\u{200d}]{1,3}",
        1 => "[e\\u{301}\\u{308}\\u{345}]{1,3}",
        1 => "[0-9_.,']{1,4}",
        1 => "\\PC{1,3}",
        1 => "[a-z]{200,400}",
    ];
    proptest::collection::vec(stretch, 0..longest).prop_map(|parts| parts.concat())
}

/// A text, and two that are likely to occur in it.
fn cases() -> impl Strategy<Value = [String; 3]> {
    (
        texts(24),
        texts(3),
        any::<prop::sample::Index>(),
        1_usize..4,
        any::<bool>(),
    )
        .prop_map(|(s, u, place, len, within)| {
            let chars: Vec<char> = s.chars().collect();
            let t = match chars.is_empty() {
                true => "b".to_owned(),
                false => chars.iter().skip(place.index(chars.len())).take(len).collect(),
            };
            let u = match within && !s.is_empty() {
                true => chars.iter().take(1).collect(),
                false => u,
            };
            [s, t, u]
        })
}

/// The CPython process that evaluates the expressions.
struct Oracle {
    process: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Oracle {
    fn start() -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/text_oracle.py");
        let version = Command::new("python3")
            .args(["-c", "import sys; sys.exit(sys.version_info < (3, 11))"])
            .status()
            .unwrap();
        assert!(version.success(), "python3 is older than 3.11");
        let mut process = Command::new("python3")
            .arg(script)
            .env("PYTHONIOENCODING", "utf-8")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            questions: process.stdin.take().unwrap(),
            answers: BufReader::new(process.stdout.take().unwrap()),
            process,
        }
    }

    /// Returns its answers; `None` if it does not know all characters.
    fn ask(&mut self, [s, t, u]: &[String; 3]) -> Option<Vec<String>> {
        writeln!(
            self.questions,
            "{}",
            json!({"s": s, "t": t, "u": u, "sources": OPERATIONS})
        )
        .unwrap();
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        serde_json::from_str(&answer).unwrap()
    }
}

/// Runs all operations in Sift; `before` binds `s`.
fn ours(context: &str, before: &str, [_, t, u]: &[String; 3]) -> Vec<String> {
    let text = Text::with_origin(context.to_owned(), Origin::Source(SourceId(0)));
    let machine = Machine::new(Settings::default(), ContextData::text("text", text), "");
    let literal = |text: &str| sift_strings::format::str_repr(text);
    let mut source = format!("{before}\nt = {}\nu = {}\n", literal(t), literal(u));
    for operation in OPERATIONS {
        source.push_str(&format!(
            "try:\n    shown = repr(({operation}))\nexcept Exception as e:\n    shown = f'{{type(e).__name__}}: {{e}}'\nprint(json.dumps(shown))\n"
        ));
    }
    let ran = run_in(machine, &source, Arrival::AtOnce, 1_000_000);
    let lines = ran.printed().lines().map(serde_json::from_str::<Value>);
    let shown: Vec<String> = lines.map(|line| line.unwrap().as_str().unwrap().to_owned()).collect();
    assert_eq!(shown.len(), OPERATIONS.len(), "{:?}", ran.error);
    shown
}

#[needs("python3")]
#[test]
fn text_operations_match_cpython_on_any_text() {
    let oracle = Oracle::start();
    let config = Config {
        cases: 80,
        failure_persistence: None,
        ..Config::default()
    };
    // The same texts in every run, so that failures are reproducible.
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let oracle = std::cell::RefCell::new(oracle);
    let outcome = runner.run(&cases(), |case| {
        let Some(expected) = oracle.borrow_mut().ask(&case) else {
            return Ok(());
        };
        let literal = sift_strings::format::str_repr(&case[0]);
        let pieces: Vec<String> = case[0].chars().map(String::from).collect();
        let pieces: Vec<String> = pieces
            .chunks(150)
            .map(|piece| sift_strings::format::str_repr(&piece.concat()))
            .collect();
        let forms = [
            ("in one place", String::new(), format!("s = {literal}")),
            (
                "in pieces",
                String::new(),
                format!("s = ''\nfor piece in [{}]:\n    s += piece", pieces.join(", ")),
            ),
            (
                "of the context",
                format!("ab\n{}é", case[0]),
                "s = context[3:-1]".to_owned(),
            ),
        ];
        for (form, context, before) in forms {
            let found = ours(&context, &before, &case);
            for ((found, expected), operation) in found.iter().zip(&expected).zip(OPERATIONS) {
                prop_assert_eq!(found, expected, "{} with s {}", operation, form);
            }
        }
        Ok(())
    });
    let Oracle {
        mut process, questions, ..
    } = oracle.into_inner();
    drop(questions);
    process.wait().unwrap();
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

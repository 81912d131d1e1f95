//! Code after a check of a value's type is accepted although the value has another type: programs
//! check because they don't know it.

use rlm_fuzzing::oracles::what_cpython_prints;
use rlm_test_needs::needs;
use sift::Session;
use sift_text::Text;
use sift_vm::{ContextData, Settings};

/// Runs as an earlier program of the session; in CPython, at the start of each program.
const EARLIER: &str = "\
number = 3
text = 'a b'
items = [1, 2]
pairs = {'a': 1}
nothing = None
def is_mapping(value):
    return isinstance(value, dict)
";

/// The context's names in CPython.
const CONTEXT: &str = "\
context = 'one text'
class Context:
    text = context
    documents = [context]
ctx = Context()
";

/// The checked values: the setup and the value.
const SUBJECTS: [(&str, &str); 17] = [
    ("", "context"),
    ("", "number"),
    ("", "text"),
    ("", "items"),
    ("", "pairs"),
    ("", "nothing"),
    ("value = 'here'\n", "value"),
    ("value = [1]\n", "value"),
    ("value = {'keys': 1}\n", "value"),
    ("value = context\n", "value"),
    ("value = text.split()\n", "value"),
    ("value = other = 2.5\n", "other"),
    ("", "ctx.documents"),
    ("", "ctx.text"),
    ("", "text.split()"),
    ("", "items[:1]"),
    ("import math\n", "math"),
];

/// Programs that bind the checked value: the code before the check, which is indented, the value,
/// and the code after it.
const BOUND: [(&str, &str, &str); 8] = [
    ("def scope(value):", "value", "scope(context)"),
    ("def scope(value):", "value", "scope(pairs)"),
    ("def scope(value=context):", "value", "scope()"),
    ("def scope(value: str = ''):", "value", "scope(items)"),
    ("def scope(context):", "context", "scope(pairs)"),
    ("def scope(*, value=text.split()):", "value", "scope()"),
    ("for value in [context, items, pairs]:", "value", ""),
    ("for value in [text] + [context]:", "value", ""),
];

/// Type checks, with `S` for the value and `B` for the statement after them.
const QUESTIONS: [&str; 25] = [
    "if isinstance(S, dict):\n    B",
    "if isinstance(S, (dict, set)):\n    B\nelse:\n    print('else')",
    "if not isinstance(S, dict):\n    print('not')\nelse:\n    B",
    "if hasattr(S, 'keys'):\n    B",
    "if hasattr(S, 'append') and isinstance(S, list):\n    B",
    "if type(S) == dict:\n    B",
    "if type(S) is dict:\n    B",
    "if type(S) in (dict, set):\n    B",
    "if type(S).__name__ == 'dict':\n    B",
    "if issubclass(type(S), dict):\n    B",
    "if callable(S):\n    B",
    "if getattr(S, 'keys', None):\n    B",
    "is_dict = isinstance(S, dict)\nif is_dict:\n    B",
    "def check(x):\n    return isinstance(x, dict)\nif check(S):\n    B",
    "check = lambda x: isinstance(x, dict)\nif check(S):\n    B",
    "def check(x):\n    return is_mapping(x)\nif check(S):\n    B",
    "if is_mapping(S):\n    B",
    "check = lambda: isinstance(S, dict)\nif check():\n    B",
    "while isinstance(S, dict):\n    B\n    break",
    "def work():\n    if isinstance(S, dict):\n        B\nwork()",
    "def work(x=None):\n    if not isinstance(S, dict):\n        return\n    B\nwork()",
    "for _ in range(2):\n    if isinstance(S, dict):\n        B",
    "try:\n    assert isinstance(S, dict)\n    B\nexcept AssertionError:\n    print('no')",
    "if isinstance(held := S, dict):\n    B",
    "held = S\nif isinstance(S, dict):\n    B",
];

/// Statements after the checks, valid for some type or for none.
const BEHIND: [&str; 10] = [
    "print(sorted(S.keys()))",
    "S.append(1)",
    "print(S.missing)",
    "print(S.items().missing)",
    "print(S.split(1, 2, 3, 4))",
    "print(S.get('a', 1), S.get('a').missing)",
    "print([k.missing for k in S.values()])",
    "print(f'{S.keys()}')",
    "other = S\n    other.nothing()",
    "S.update(a=1)\n    print(S.pop('a'))",
];

#[needs("python3")]
#[test]
fn type_guarded_code_is_accepted() {
    let mut tried = 0;
    for (before, subject) in SUBJECTS {
        for program in guarded(subject) {
            tried += u32::from(runs_as_in_cpython(&format!("{before}{program}\n")));
        }
    }
    assert!(tried > 2_000, "{tried}");
}

#[needs("python3")]
#[test]
fn type_guarded_parameters_are_accepted() {
    let mut tried = 0;
    for (before, subject, after) in BOUND {
        for program in guarded(subject) {
            let indented = program.replace('\n', "\n    ");
            tried += u32::from(runs_as_in_cpython(&format!("{before}\n    {indented}\n{after}\n")));
        }
    }
    assert!(tried > 1_000, "{tried}");
}

/// Returns every check of a value with every statement after it.
fn guarded(subject: &str) -> impl Iterator<Item = String> {
    QUESTIONS.into_iter().flat_map(move |question| {
        let indent = if question.contains("        B") {
            "        "
        } else {
            "    "
        };
        BEHIND.into_iter().map(move |behind| {
            let body = behind.replace("\n    ", &format!("\n{indent}"));
            question.replace('B', &body).replace('S', subject)
        })
    })
}

/// Compares a program with CPython; returns `false` if it raises there.
fn runs_as_in_cpython(source: &str) -> bool {
    let theirs = what_cpython_prints(&format!("{CONTEXT}{EARLIER}{source}"));
    if theirs.contains("raised ") {
        return false;
    }
    let mut session = Session::with_context(
        Settings::default(),
        ContextData::text("one.txt", Text::new("one text")),
        "",
    );
    assert_eq!(session.exec(EARLIER).error(), None);
    let ours = session.exec(source);
    assert_eq!(ours.error(), None, "{source}");
    assert_eq!(ours.printed.text, theirs, "{source}");
    true
}

#[test]
fn unguarded_type_errors_are_refused() {
    for source in [
        "print(context.keys())",
        "if isinstance(query, dict):\n    print(context.keys())",
        "print(len(context), context.keys())",
        "value = 'here'\nvalue.append(1)",
        "context.split().keys()",
        "if isinstance(context.split(), dict):\n    context.splitlines().keys()",
        "print(context.split())\ncontext.split().keys()",
    ] {
        let context = ContextData::text("one.txt", Text::new("one text"));
        let error = Session::with_context(Settings::default(), context, "")
            .exec(source)
            .error();
        let error = error.unwrap_or_else(|| panic!("{source} runs"));
        assert!(error.message.contains("has no `"), "{source}: {error:?}");
    }
}

//! The costs of texts with many pieces: of each use, of repeated uses, and of uses through an
//! alias.

use std::fmt::Write as _;

use sift::{ExecEnd, Session};
use sift_text::{Origin, Source, SourceId, Text};
use sift_vm::{ContextData, Settings};

/// Uses of a text of 10,000 pieces of 299 characters, by one of its two names.
const USES: &[&str] = &[
    "len(NAME)",
    "bool(NAME)",
    "NAME[5]",
    "NAME[-1]",
    "NAME[1_000:2_000_000]",
    "NAME[::1_000]",
    "NAME + 'x'",
    "NAME * 3",
    "''.join([NAME, NAME])",
    "f'{NAME} and more'",
    "NAME == other",
    "NAME == one_piece",
    "NAME < other",
    "{NAME: 1}",
    "NAME in {other: 1}",
    "'nowhere' in NAME",
    "NAME.find('nowhere')",
    "NAME.rfind('nowhere')",
    "NAME.count('nowhere')",
    "NAME.startswith('line')",
    "NAME.endswith('line')",
    "NAME.split('nowhere')",
    "NAME.replace('nowhere', '')",
    "NAME.strip()",
    "NAME.upper()",
    "next(iter(NAME))",
    "re.search('nowhere', NAME)",
    "next(re.finditer('line', NAME))",
    "grep(NAME, 'nowhere')",
    "len(chunks(NAME, 50_000))",
];

fn exec(session: &mut Session, code: &str) -> u64 {
    let ran = session.exec(code);
    assert_eq!(ran.end, ExecEnd::Done, "{code}");
    ran.fuel
}

fn session(settings: Settings) -> Session {
    let text = (0..).map(|line| format!("line {line} of the text\n"));
    let text: String = text.take(150_000).collect();
    let source = Source::owned(text, Origin::Source(SourceId(0)));
    let context = ContextData::text("text", Text::from_source(&source));
    let mut session = Session::with_context(settings, context, "");
    exec(
        &mut session,
        "pieces = [context[at:at + 299] for at in range(0, 3_000_000, 300)]\n\
         s = ''.join(pieces)\nalias = s\nother = ''\nfor piece in pieces:\n    other += piece\n\
         one_piece = ''.join(pieces)\n_ = re.search('nowhere', one_piece)\n_ = None",
    );
    session
}

#[test]
fn flattening_is_charged_once_for_all_names() {
    let mut table = format!("{:<30} {:>8} {:>8} {:>8}\n", "fuel", "first", "again", "alias");
    for expression in USES {
        let mut session = session(Settings::default());
        let nothing = exec(&mut session, "_ = None");
        let [first, again, alias] = ["s", "s", "alias"].map(|name| {
            let program = format!("_ = {}", expression.replace("NAME", name));
            exec(&mut session, &program) - nothing
        });
        assert_eq!(again, alias, "{expression}");
        let expression = expression.replace("NAME", "s");
        writeln!(table, "{expression:<30} {first:>8} {again:>8} {alias:>8}").unwrap();
    }
    insta::assert_snapshot!("ropes", table);
}

#[test]
fn flattened_texts_are_counted_once_for_all_names() {
    // The text has 3 MB; in addition to its pieces and the program's values, there is memory for
    // one copy.
    let settings = Settings {
        memory_bytes: 9_000_000,
        ..Settings::default()
    };
    let mut session = session(settings);
    exec(&mut session, "other = one_piece = None\nnames = [s, alias] * 20");
    exec(&mut session, "for name in names:\n    _ = re.search('nowhere', name)");
    let copies = session.exec("copies = [name.replace('line', 'LINE') for name in names]");
    assert!(matches!(copies.end, ExecEnd::Limit(_)), "{:?}", copies.end);
}

#[test]
fn rope_costs_do_not_depend_on_use_order_or_alias() {
    let uses = [
        "_ = re.search('nowhere', NAME)",
        "_ = NAME == one_piece",
        "_ = {NAME: 1}",
        "_ = NAME.find('nowhere')",
        "_ = NAME.upper()",
    ];
    let sum = |order: &[usize], names: &[&str]| {
        let mut session = session(Settings::default());
        let steps = order.iter().zip(names.iter().cycle());
        steps
            .map(|(at, name)| exec(&mut session, &uses[*at].replace("NAME", name)))
            .sum::<u64>()
    };
    let first = sum(&[0, 1, 2, 3, 4], &["s"]);
    for order in [[4, 3, 2, 1, 0], [1, 2, 0, 4, 3], [2, 0, 3, 1, 4], [3, 1, 4, 2, 0]] {
        assert_eq!(sum(&order, &["s"]), first, "{order:?}");
        assert_eq!(sum(&order, &["alias", "s"]), first, "{order:?}");
    }
}

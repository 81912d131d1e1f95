//! The ranges of the context that a program reads.

use std::fmt::Write as _;

use proptest::prelude::*;
use sift_text::{Origin, ReplyId, Source, SourceId, Text, TextBuilder};
use sift_vm::{CallOutcome, ContextData, ContextDocument, ContextKind, Machine, ScannedRange, Settings, Step};

const CONTEXT: &str = "alpha beta,gamma\n  delta \"x\" &amp; {\"k\": \"json text\"}\nepsilon\tzeta; Eta\n17\n";

/// Operations on `t`, the context of 75 bytes, or on its word `w` (`beta`, 6..10).
const TABLE: &[&str] = &[
    // Not read.
    "t[6:10]",
    "len(t)",
    "[t, t[3]]",
    "bool(t)",
    "t[0:5] + t[6:10]",
    "f'{t[0:5]}, {w:>9}, {w!s}'",
    "'%s and {}' % w",
    "'{} {}'.format(w, t[0:5])",
    "'-'.join([t[0:5], w])",
    "w.center(20) + w.ljust(9)",
    "w * 3",
    "llm_query(f'what is {t}?')",
    "ctx.chunk(20)",
    "w is t",
    "w == 'bet'",
    "isinstance(w, str)",
    // Read as far as the search went.
    "t.find('gamma')",
    "t.find('gamma', 8)",
    "t.find('nowhere')",
    "t.find('nowhere', 5, 20)",
    "t.rfind('zeta')",
    "t.index('beta')",
    "'delta' in t",
    "'nowhere' in t",
    "t.partition(',')",
    "t.rpartition('; ')",
    "t.startswith('alp')",
    "t.endswith(('a', '17\\n'))",
    "w.removeprefix('be')",
    "t.strip()",
    "t.lstrip('alph')",
    "t.split(None, 1)",
    "t.split(',', 1)",
    "t.rsplit(None, 2)",
    "re.search('gamma', t)",
    "re.search('nowhere', t)",
    "re.match('alpha', t)",
    "re.compile('e').search(t, 20)",
    "next(re.finditer('e', t))",
    "re.sub('a', 'o', t, count=2)",
    "re.split('a', t, maxsplit=1)",
    "next(iter(t))",
    "any(c == 'b' for c in t)",
    "grep(ctx, 'gamma', max=1)",
    "grep(ctx, 'zeta')",
    "ctx.find('beta', max_matches=1)",
    "ctx.find('beta')",
    "json.JSONDecoder().raw_decode(t, 35)",
    // Read completely.
    "t.count('a')",
    "w == 'beta'",
    "w != 'BETA'",
    "w < 'c'",
    "w in ['alpha', 'beta']",
    "{w: 1}",
    "{w}",
    "{}.get(t[17:31])",
    "t.split()",
    "t.splitlines()",
    "t.replace('a', 'b')",
    "w.upper()",
    "w.isalpha()",
    "list(w)",
    "[c for c in w]",
    "sorted([w, t[0:5]])",
    "max(w, t[0:5])",
    "re.findall('a', t)",
    "re.sub('a', 'o', t)",
    "int(t[72:74])",
    "float(t[72:74])",
    "json.loads(t[35:53])",
    "json.dumps(w)",
    "repr(w)",
    "print(w)",
    "print('w is', w)",
    "ord(t[0])",
    "w[::-1]",
    "Counter(w)",
    "next(csv.reader([w]))",
    "textwrap.wrap(t[0:16], 6)",
    // A concatenation is read if its pieces are.
    "(t[0:5] + t[30:40]).find('zz')",
    "'nowhere' in '-'.join([t[0:5], w])",
    "f'{w}!' == 'beta!'",
    "print(f'{w}!')",
    "t[0:40].replace('a', 'b')",
];

/// Formats ranges as `6..10`; with `1:` in front for another source than the first.
fn shown(scanned: &[ScannedRange]) -> String {
    let mut shown = String::new();
    for ScannedRange { source, bytes } in scanned {
        let separator = if shown.is_empty() { "" } else { " " };
        match source.0 {
            0 => write!(shown, "{separator}{}..{}", bytes.start, bytes.end),
            other => write!(shown, "{separator}{other}:{}..{}", bytes.start, bytes.end),
        }
        .unwrap();
    }
    if shown.is_empty() { "nothing".to_owned() } else { shown }
}

fn scanned_by(context: ContextData, source: &str) -> Result<Vec<ScannedRange>, String> {
    let mut machine = Machine::new(Settings::default(), context, "");
    let program = match machine.compile(source) {
        Ok(program) => program,
        Err(refusal) => return Err(format!("refused: {}", refusal.diagnostics[0].message)),
    };
    let mut step = machine.start(&program, 1_000_000);
    loop {
        step = match step {
            Step::OutOfFuel(paused) => paused.resume(Vec::new(), 1_000_000),
            Step::Needs(mut needs) => {
                let reply = |number| Text::with_origin("yes".to_owned(), Origin::Reply(ReplyId(number)));
                let calls = needs.take_issued();
                let arrived = calls.into_iter().map(|call| {
                    let reply = reply(call.key.ordinal);
                    (call.key, CallOutcome::Reply(reply))
                });
                needs.resume(arrived.collect(), 1_000_000)
            }
            Step::Done(done) => return Ok(done.report.scanned),
            Step::Raised(raised) => return Err(format!("raised: {}", raised.error.rendered)),
            Step::Ended(ended) => return Err(format!("ended: {:?}", ended.end)),
        };
    }
}

fn one_text(text: &str) -> ContextData {
    let text = Text::with_origin(text.to_owned(), Origin::Source(SourceId(0)));
    ContextData::text("a.txt", text)
}

#[test]
fn scanned_ranges_of_each_operation() {
    let rows = TABLE.iter().map(|expression| {
        let source = format!(
            "import re, json, csv, textwrap\nfrom collections import Counter\nt = context\nw = t[6:10]\nx = {expression}"
        );
        let scanned = scanned_by(one_text(CONTEXT), &source);
        let shown = scanned.map_or_else(|error| error, |scanned| shown(&scanned));
        format!("{expression:<44} {shown}\n")
    });
    insta::assert_snapshot!(rows.collect::<String>());
}

/// Returns a hundred lines of 37 bytes, some of which contain an error.
fn log() -> String {
    let line = |number: u32| {
        let level = if number % 7 == 3 { "ERROR" } else { "info " };
        format!("2024-01-{:02} {level} request {number:06} took\n", number % 28 + 1)
    };
    (0..100).map(line).collect()
}

#[test]
fn scanned_ranges_of_typical_programs() {
    let programs = [
        ("first hit of a search", "at = context.find('ERROR')\nprint(at)"),
        (
            "a slice that is printed",
            "print(context[400:480])\nprint(len(context))",
        ),
        (
            "a regex over all",
            "import re\nprint(len(re.findall(r'ERROR request (\\d+)', context)))",
        ),
        (
            "chunks given to calls",
            "for at in range(0, len(context), 1000):\n    print(llm_query(f'errors in: {context[at:at + 1000]}'))",
        ),
        (
            "a loop over lines",
            "n = 0\nfor line in context.splitlines():\n    if 'ERROR' in line:\n        n += 1\nprint(n)",
        ),
        (
            "lines until one is found",
            "at = 0\nwhile True:\n    end = context.find('\\n', at)\n    if 'ERROR' in context[at:end]:\n        break\n    at = end + 1\nprint(at)",
        ),
        (
            "every tenth line",
            "for i in range(0, 100, 10):\n    print(context[i * 37:i * 37 + 10])",
        ),
        (
            "grep and its first hits",
            "for hit in grep(ctx, 'error', max=3):\n    print(hit.text)",
        ),
    ];
    let rows = programs.iter().map(|(name, source)| {
        let scanned = scanned_by(one_text(&log()), source).unwrap();
        format!("{name}: {}\n", shown(&scanned))
    });
    insta::assert_snapshot!(rows.collect::<String>());
}

/// Returns documents of these sizes in bytes, joined.
fn documents(sizes: &[usize]) -> ContextData {
    let mut joined = TextBuilder::new();
    let mut documents = Vec::new();
    for (number, size) in sizes.iter().enumerate() {
        let content = format!("document {number}: {}\n", "x".repeat(*size));
        let source = Source::shared(
            std::sync::Arc::new(content),
            Origin::Source(SourceId(u32::try_from(number).unwrap())),
        );
        let text = Text::from_source(&source);
        if number > 0 {
            joined.push_str_from("\n---\n", Origin::Host);
        }
        joined.push_text(&text);
        documents.push(ContextDocument {
            name: format!("{number}.txt").into(),
            text,
            image: None,
        });
    }
    ContextData {
        kind: ContextKind::List,
        documents,
        joined: joined.finish().unwrap(),
        files: None,
    }
}

#[test]
fn scanned_ranges_are_tracked_per_document() {
    let programs = [
        "print(ctx.find('document 1'))",
        "print(context[1].find('zz'))",
        "for d in context:\n    if d.startswith('document 2'):\n        break",
        "print(len(grep(ctx, 'x$', max=None)))",
        "import re\nprint(re.search('document 2', P).start())",
    ];
    let rows = programs.iter().map(|source| {
        let scanned = scanned_by(documents(&[20, 2_000, 90_000]), source);
        let shown = scanned.map_or_else(|error| error, |scanned| shown(&scanned));
        format!("{source:?}: {shown}\n")
    });
    insta::assert_snapshot!(rows.collect::<String>());
}

#[test]
fn scanned_ranges_are_counted_per_program() {
    let mut machine = Machine::new(Settings::default(), one_text(&log()), "");
    let mut all = Vec::new();
    for source in [
        "x = context[:37]\n'2024' in context[74:111]",
        "y = 1",
        "y = x.upper()",
        "1 / 0 if x.find('info') else 2",
    ] {
        let program = machine.compile(source).unwrap();
        let (after, report) = match machine.start(&program, 1_000_000) {
            Step::Done(done) => (done.machine, done.report),
            Step::Raised(raised) => (raised.machine, raised.report),
            other => panic!("{other:?}"),
        };
        machine = after;
        // Reads by the host don't count as reads by the program.
        assert!(machine.variable_text("x").is_some());
        all.push(shown(&report.scanned));
    }
    assert_eq!(all, ["74..78", "nothing", "0..37", "0..15"]);
}

/// Of more than 1,024 ranges, the nearest are merged.
#[test]
fn ranges_are_merged_above_the_limit() {
    let text = "x".repeat(1_000_000);
    let source = "for at in range(0, 1_000_000, 100):\n    context[at:at + 10] == 'xxxxxxxxxx'\n";
    let scanned = scanned_by(one_text(&text), source).unwrap();
    assert!((512..=1_026).contains(&scanned.len()), "{}", scanned.len());
    let covers = |at: usize| {
        scanned
            .iter()
            .any(|range| range.bytes.start <= at && at + 10 <= range.bytes.end)
    };
    assert!((0..1_000_000).step_by(100).all(covers));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// The scanned ranges don't depend on the slices, and therefore not on how often ops run again.
    #[test]
    fn slice_size_does_not_change_scanned_ranges(slice in 1_u64..2_000) {
        let source = "import re\nn = 0\nfor line in context[200:2000].splitlines():\n    \
            if re.search('ERROR', line) or line[:4] in ('x', 'y'):\n        n += len(line)\n\
            t = '|'.join([context[0:30], context[3000:3020]])\nn += t.count('2')\nprint(n, context[3500:3510])";
        let run = |slice| {
            let mut machine = Machine::new(Settings::default(), one_text(&log()), "");
            let program = machine.compile(source).unwrap();
            let mut step = machine.start(&program, slice);
            loop {
                step = match step {
                    Step::OutOfFuel(paused) => paused.resume(Vec::new(), slice),
                    Step::Done(done) => break done.report.scanned,
                    other => panic!("{other:?}"),
                };
            }
        };
        prop_assert_eq!(run(slice), run(u64::MAX));
    }
}

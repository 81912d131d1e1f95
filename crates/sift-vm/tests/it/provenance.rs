//! The origins of the results of every text operation, as the prompts of sub-calls show them.

use std::fmt::Write as _;

use sift_text::TextBuilder;
use sift_text::{Origin, ReplyId, SourceId, Text};
use sift_vm::{CallOutcome, ContextData, ContextDocument, ContextKind, Machine, Settings, Step};

const CONTEXT: &str = "alpha beta,gamma\n  delta \"x\" &amp; {\"k\": \"json text\"}\nepsilon\tzeta; Eta\n";

/// Operations on `t`, the context, or on `r`, the reply `one two`. Results are shown as runs:
/// `c5..9` for bytes of the context, `r0..3` for bytes of the reply, `-` for text of the program.
const TABLE: &[&str] = &[
    // Slicing.
    "t[6:10]",
    "t[6:10][1:3]",
    "t[3]",
    "t[::2][:3]",
    "t[0:12:1]",
    "t.split()[1]",
    "t.split(',')[0]",
    "t.rsplit(None, 1)[1]",
    "t.splitlines()[1]",
    "t.partition(',')[0]",
    "t.partition(',')[1]",
    "t.rpartition(';')[2]",
    "t.strip()[:5]",
    "t.lstrip('alp')[:4]",
    "t.removeprefix('alpha ')[:4]",
    "t.removesuffix('Eta\\n')[-6:]",
    "list(t)[2]",
    "[c for c in t][4]",
    "next(iter(t))",
    "min(t.split())",
    "sorted(t.split())[0]",
    "max(t.split(), key=len)",
    "list(reversed(t.split()))[0]",
    "' '.join(t.split()[:2])",
    "t[0:5] + t[6:10]",
    "t[0:5] + t[5:10]",
    "t[0:5] * 2",
    "t[0:2] + r",
    "t[0:2] + 'x'",
    "str(t[0:2])",
    // Concatenation.
    "f'{t[0:5]}!'",
    "f'{t[0:5]:>8}'",
    "f'{t[0:5]:.3}'",
    "f'{t[0:5]!s:<7}|'",
    "f'{t[0:5]!r}'",
    "'%s' % t[0:5]",
    "'%8s|' % t[0:5]",
    "'%.2s' % t[0:5]",
    "'{} {}'.format(t[0:5], 1)",
    "'{x:^9}'.format(x=t[0:5])",
    "t[0:5].center(9, '*')",
    "t[0:5].ljust(7)",
    "t[0:5].rjust(7)",
    "t[0:5].zfill(7)",
    "t[0:5].lower()",
    "'-'.join([t[0:5], r[0:3]])",
    "t[0:10].replace('beta', 'B')",
    "t[0:10].replace('alpha', r)",
    "'a' + 'b'",
    "repr(t[0:5])",
    "str([t[0:5]])",
    // Changes.
    "t[0:5].upper()",
    "t[0:5].title()",
    "t[0:5].capitalize()",
    "t[0:5].swapcase()",
    "t[67:71].lower()",
    "'Ab'.lower()",
    "t[56:64].expandtabs(4)",
    "t[0:5].translate({97: 'A'})",
    "t[0:5][::-1]",
    "ascii(t[0:5])",
    // Search.
    "re.search(r'b(e)ta', t).group(0)",
    "re.search(r'b(et)a', t)[1]",
    "re.findall(r'\\w+', t)[1]",
    "re.findall(r'(\\w)(\\w+)', t)[1][1]",
    "re.split(r'[,\\n]', t)[1]",
    "re.sub('beta', 'B', t[0:16])",
    "re.sub(r'(al)(pha)', r'\\2\\1', t[0:10])",
    "next(re.finditer('gamma', t)).group()",
    "re.sub('beta', lambda m: m.group() + '!', t[0:10])",
    "re.search('(?P<n>delta)', t).groupdict()['n']",
    "re.search('delta', t).expand(r'<\\g<0>>')",
    // Through containers and modules.
    "list({t[0:5]: 1})[0]",
    "{'k': t[0:5]}['k']",
    "Counter(t.split()).most_common(1)[0][0]",
    "list(dict.fromkeys(t.split()))[0]",
    "{t[0:5]}.pop()",
    "json.loads('[\"x\"]')[0]",
    "json.loads(t[35:53])['k']",
    "json.dumps(t[0:5])",
    "json.loads(json.dumps(t[0:5]))",
    "next(csv.reader([t[0:16]]))[1]",
    "next(csv.DictReader(['a,b', t[0:16]]))['b']",
    "textwrap.dedent(t[17:24])",
    "textwrap.indent(t[0:5], '> ')",
    "textwrap.wrap(t[0:16], 6)[0]",
    "textwrap.shorten(t[0:16], 12)",
    "textwrap.fill(t[0:10], 6)",
    "unicodedata.normalize('NFC', t[0:5])",
    "unicodedata.normalize('NFKD', 'é')",
    "string.capwords(t[0:10])",
    "'{:s}'.format(t[0:5])",
    "io.StringIO(t[0:5]).read()",
    "io.StringIO(t).readline()",
    "str(datetime.date(2024, 1, 1))",
    "t[0:5] or 'x'",
    "deque(t.split(), 2)[0]",
    "list(zip(t.split(), 'ab'))[0][0]",
    "(lambda x: x)(t[0:5])",
    "functools.reduce(lambda a, b: a + b, t.split()[:2])",
    "next(itertools.chain(t.split()))",
    "heapq.nsmallest(1, t.split())[0]",
    // Replies.
    "r",
    "r[4:7]",
    "r.split()[1]",
    "r + ' ' + r",
    "r.upper()",
    "f'{r:>9}'",
    "str(len(t))",
];

/// Formats the origins of a prompt's bytes.
fn shown(text: &Text) -> String {
    let mut shown = String::new();
    for span in text.settled().unwrap().origins() {
        let end = span.start + span.range.len();
        let separator = if shown.is_empty() { "" } else { " " };
        match span.origin {
            Origin::Source(_) => write!(shown, "{separator}c{}..{end}", span.start),
            Origin::Reply(ReplyId(number)) => write!(shown, "{separator}r{number}:{}..{end}", span.start),
            Origin::Program | Origin::Host => write!(shown, "{separator}-"),
        }
        .unwrap();
    }
    shown
}

/// Returns a context of one text.
fn one_text() -> ContextData {
    ContextData::text(
        "a.txt",
        Text::with_origin(CONTEXT.to_owned(), Origin::Source(SourceId(0))),
    )
}

/// Returns the origins of an expression's text in a prompt, where `t` is bound to `text`.
fn origin_of(context: ContextData, text: &str, expression: &str) -> String {
    let source = format!(
        "import re, json, csv, textwrap, unicodedata, string, io, functools, itertools, heapq\n\
         t = {text}\nr = llm_query('give')\nllm_query({expression})"
    );
    let mut machine = Machine::new(Settings::default(), context, "");
    let program = match machine.compile(&source) {
        Ok(program) => program,
        Err(refusal) => return format!("refused: {}", refusal.diagnostics[0].message),
    };
    let mut step = machine.start(&program, 1_000_000);
    let mut asked = String::new();
    loop {
        step = match step {
            Step::OutOfFuel(paused) => paused.resume(Vec::new(), 1_000_000),
            Step::Needs(mut needs) => {
                let mut arrived = Vec::new();
                for call in needs.take_issued() {
                    if call.key.ordinal == 2 {
                        asked = shown(&call.prompt);
                    }
                    let reply = Text::with_origin("one two".to_owned(), Origin::Reply(ReplyId(call.key.ordinal)));
                    arrived.push((call.key, CallOutcome::Reply(reply)));
                }
                needs.resume(arrived, 1_000_000)
            }
            Step::Done(_) => return asked,
            Step::Raised(raised) => return format!("raised: {}", raised.error.rendered),
            Step::Ended(ended) => return format!("ended: {:?}", ended.end),
        };
    }
}

#[test]
fn text_operations_keep_origins() {
    let rows = TABLE
        .iter()
        .map(|expression| format!("{expression:<66} {}\n", origin_of(one_text(), "context", expression)));
    insta::assert_snapshot!(rows.collect::<String>());
}

/// Returns a context of two documents, the first of which is that of [`one_text`].
fn two_documents(kind: ContextKind) -> ContextData {
    let ContextData {
        mut documents, joined, ..
    } = one_text();
    let second = Text::with_origin("second".to_owned(), Origin::Source(SourceId(1)));
    let mut both = TextBuilder::new();
    both.push_text(&joined);
    both.push_str_from("\n\n---\n\n", Origin::Host);
    both.push_text(&second);
    documents.push(ContextDocument {
        name: "b.txt".into(),
        text: second,
        image: None,
    });
    ContextData {
        kind,
        documents,
        joined: both.finish().unwrap(),
        files: None,
    }
}

#[test]
fn document_keeps_its_context_origins() {
    for (kind, text) in [
        (ContextKind::List, "ctx.get_document(0)"),
        (ContextKind::List, "ctx.documents[0]"),
        (ContextKind::List, "ctx.chunk_documents()[0][2][0]"),
        (ContextKind::List, "context[0]"),
        (ContextKind::Dict, "context['a.txt']"),
        (ContextKind::Text, "ctx.get_document(0).text"),
    ] {
        for expression in TABLE.iter().chain(&["t", "f'Sum up: {t}'", "str(t)", "[t][0]"]) {
            assert_eq!(
                origin_of(two_documents(kind), text, expression),
                origin_of(one_text(), "context", expression),
                "{expression} of {text}"
            );
        }
    }
}

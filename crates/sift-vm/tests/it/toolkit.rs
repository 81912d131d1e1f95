//! The toolkit, compared with simple reference implementations on random Unicode; and its help
//! texts.

use crate::support::{Arrival, Ran, run, run_in};
use proptest::prelude::*;
use sift_strings::format::str_repr;
use sift_text::{Origin, SourceId, Text, TextBuilder};
use sift_vm::{ContextData, ContextDocument, ContextKind, Machine, Settings};

fn over(text: &str) -> Machine {
    let text = Text::with_origin(text.to_owned(), Origin::Source(SourceId(0)));
    Machine::new(Settings::default(), ContextData::text("a.txt", text), "")
}

fn run_over(text: &str, source: &str) -> Ran {
    run_in(over(text), source, Arrival::AtOnce, 1_000_000)
}

const SEPARATOR: &str = "\n\n---\n\n";

/// Documents that are too long to be copied into one piece when they are joined.
fn over_documents(settings: Settings, texts: &[String]) -> Machine {
    let mut joined = TextBuilder::new();
    let mut documents = Vec::new();
    for (index, text) in (0..).zip(texts) {
        let text = Text::with_origin(text.clone(), Origin::Source(SourceId(index)));
        if index > 0 {
            joined.push_str_from(SEPARATOR, Origin::Host);
        }
        joined.push_text(&text);
        documents.push(ContextDocument {
            name: format!("{index}.txt").into(),
            text,
            image: None,
        });
    }
    let context = ContextData {
        kind: ContextKind::List,
        documents,
        joined: joined.finish().unwrap(),
        files: None,
    };
    Machine::new(settings, context, "")
}

/// Prints a line for each hit: line, start, end and text.
const SHOW_HITS: &str = "for hit in hits:\n    print(hit.line, hit.start, hit.end, repr(hit.text))";

fn chars(text: &str) -> usize {
    text.chars().count()
}

/// Returns the expected hits of `grep` for a plain text: each line that contains it, with context
/// lines.
fn lines_with(text: &str, wanted: &str, before: usize, after: usize) -> String {
    let mut lines: Vec<&str> = text.split('\n').collect();
    if lines.last() == Some(&"") {
        lines.pop();
    }
    let start_of = |line: usize| lines.iter().take(line).map(|line| chars(line) + 1).sum::<usize>();
    let mut shown = String::new();
    for (index, _) in lines.iter().enumerate().filter(|(_, line)| line.contains(wanted)) {
        let first = index.saturating_sub(before);
        let window = lines[first..(index + after + 1).min(lines.len())].join("\n");
        let start = start_of(first);
        let end = start + chars(&window);
        shown.push_str(&format!("{} {start} {end} {}\n", index + 1, str_repr(&window)));
    }
    shown
}

/// Returns the expected hits of `grep(unit="char")` for a plain text.
fn windows_around(text: &str, wanted: &str, before: usize, after: usize) -> String {
    let all: Vec<char> = text.chars().collect();
    let mut shown = String::new();
    for (byte, _) in text.match_indices(wanted) {
        let at = chars(&text[..byte]);
        let line = text[..byte].matches('\n').count() + 1;
        let start = at.saturating_sub(before);
        let end = (at + chars(wanted) + after).min(all.len());
        let window: String = all[start..end].iter().collect();
        shown.push_str(&format!("{line} {start} {end} {}\n", str_repr(&window)));
    }
    shown
}

fn texts() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        prop_oneof![Just('a'), Just('b'), Just('ä'), Just('😀'), Just('\n'), Just(' ')],
        0..60,
    )
    .prop_map(String::from_iter)
}

/// Texts with headings.
fn headed() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "# A\n",
        "## Long title\n",
        "Chapter 2\n",
        "== b ==\n",
        "text ",
        "ä\n",
        "\n\n",
        "#hash ",
        "😀",
    ];
    proptest::collection::vec(proptest::sample::select(PIECES), 0..20).prop_map(|pieces| pieces.concat())
}

fn needles() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("a"), Just("ä"), Just("ab"), Just("😀"), Just("aa"), Just(" b")]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn grep_finds_every_matching_line(text in texts(), wanted in needles(), before in 0_usize..3, after in 0_usize..3) {
        let source = format!("hits = grep(P, {wanted:?}, {before}, {after}, max=None)\n{SHOW_HITS}");
        let (ran, expected) = (run_over(&text, &source), lines_with(&text, wanted, before, after));
        prop_assert_eq!(ran.printed(), expected);
    }

    #[test]
    fn grep_by_char_finds_every_occurrence(text in texts(), wanted in needles(), before in 0_usize..5, after in 0_usize..5) {
        let source = format!("hits = grep(P, {wanted:?}, {before}, {after}, unit='char', max=None)\n{SHOW_HITS}");
        let (ran, expected) = (run_over(&text, &source), windows_around(&text, wanted, before, after));
        prop_assert_eq!(ran.printed(), expected);
    }

    #[test]
    fn find_returns_character_offsets(text in texts(), wanted in needles(), most in 0_usize..4) {
        let ran = run_over(&text, &format!("for hit in ctx.find({wanted:?}, max_matches={most}):\n    print(*hit[:2], repr(hit[2]))"));
        let places = text.match_indices(wanted).take(most).map(|(byte, _)| {
            let start = chars(&text[..byte]);
            format!("{start} {} {}\n", start + chars(wanted), str_repr(wanted))
        });
        prop_assert_eq!(ran.printed(), places.collect::<String>());
    }

    #[test]
    fn context_chunks_overlap_as_requested_and_cover_the_text(text in texts(), size in 1_usize..9, overlap in 0_usize..8) {
        prop_assume!(overlap < size);
        let ran = run_over(&text, &format!("for chunk in ctx.chunk({size}, {overlap}):\n    print(*chunk[:2], repr(chunk[2]))"));
        let all: Vec<char> = text.chars().collect();
        let mut expected = String::new();
        let mut start = 0;
        while start < all.len() {
            let end = (start + size).min(all.len());
            let piece: String = all[start..end].iter().collect();
            expected.push_str(&format!("{start} {end} {}\n", str_repr(&piece)));
            if end == all.len() {
                break;
            }
            start += size - overlap;
        }
        prop_assert_eq!(ran.printed(), expected);
    }

    #[test]
    fn chunks_respect_the_size_and_cover_the_text(text in texts(), size in 1_usize..20, overlap in 0_usize..19) {
        prop_assume!(overlap < size);
        for by in ["char", "line", "paragraph", "sentence", "page"] {
            let ran = run_over(&text, &format!("\
pieces = chunks(P, {size}, by={by:?})
print(''.join(pieces) == P, all(0 < len(piece) <= {size} for piece in pieces))
pieces = chunks(P, {size}, {overlap}, {by:?})
# Equal pieces may stand at several places: each end that the pieces so far can reach is kept.
ends = {{0}}
for piece in pieces:
    starts = {{place for end in ends for place in range(max(end - {size}, 0), end + 1) if P.startswith(piece, place)}}
    ends = {{start + len(piece) for start in starts}}
print(len(P) in ends, all(0 < len(piece) <= {size} for piece in pieces))"));
            prop_assert_eq!(ran.printed(), "True True\nTrue True\n", "{}", by);
        }
    }

    #[test]
    fn token_chunks_respect_the_size_and_cover_the_text(text in texts(), size in 1_usize..8, overlap in 0_usize..7) {
        prop_assume!(overlap < size);
        for by in ["char", "line", "sentence", "heading"] {
            let ran = run_over(&text, &format!("\
pieces = chunks(P, {size}, by={by:?}, unit='token')
print(''.join(pieces) == P, all(0 < count_tokens(piece) <= {size} for piece in pieces))
pieces = chunks(P, {size}, {overlap}, {by:?}, 'token')
ends = {{0}}
for piece in pieces:
    starts = {{place for end in ends for place in range(max(end - {size} * 4, 0), end + 1) if P.startswith(piece, place)}}
    ends = {{start + len(piece) for start in starts}}
print(len(P) in ends, all(0 < count_tokens(piece) <= {size} for piece in pieces))"));
            prop_assert_eq!(ran.printed(), "True True\nTrue True\n", "{} {:?}", by, ran.error);
        }
        let counted = run_over(&text, "print(count_tokens(P), count_tokens(ctx), count_tokens(ctx.get_document(0)))");
        let tokens = text.len().div_ceil(4);
        prop_assert_eq!(counted.printed(), format!("{tokens} {tokens} {tokens}\n"));
    }

    #[test]
    fn chunks_by_heading_start_at_headings_if_possible(text in headed(), size in 1_usize..60, overlap in 0_usize..59) {
        prop_assume!(overlap < size);
        let ran = run_over(&text, &format!("\
pieces = chunks(P, {size}, by='heading')
print(''.join(pieces) == P, all(0 < len(piece) <= {size} for piece in pieces))
heading = re.compile(r'(?m)^(#{{1,6}} |Chapter \\d|== )')
at = 0
cuts_well = True
places = [found.start() for found in heading.finditer(P)]
for piece in pieces[:-1]:
    reachable = [place for place in places if at < place <= at + {size}]
    at += len(piece)
    cuts_well = cuts_well and (not reachable or at == reachable[-1])
print(cuts_well)
pieces = chunks(P, {size}, {overlap}, by='heading')
ends = {{0}}
for piece in pieces:
    starts = {{place for end in ends for place in range(max(end - {size}, 0), end + 1) if P.startswith(piece, place)}}
    ends = {{start + len(piece) for start in starts}}
print(len(P) in ends, all(0 < len(piece) <= {size} for piece in pieces))"));
            prop_assert_eq!(ran.printed(), "True True\nTrue\nTrue True\n", "{:?}", ran.error);
    }

    #[test]
    fn chunks_by_document_start_at_documents_if_possible(texts in proptest::collection::vec(texts(), 2..5), size in 1_usize..120) {
        let source = format!("\
pieces = chunks(ctx, {size}, by='document')
print(''.join(pieces) == P, all(0 < len(piece) <= {size} for piece in pieces))
lengths = ctx.document_lengths()
places = [sum(lengths[:n]) + 7 * n for n in range(len(lengths))]
at = 0
cuts_well = True
for piece in pieces[:-1]:
    reachable = [place for place in places if at < place <= at + {size}]
    at += len(piece)
    cuts_well = cuts_well and (not reachable or at == reachable[-1])
print(cuts_well, chunks(P, {size}, by='document') == pieces)");
        let ran = run_in(over_documents(Settings::default(), &texts), &source, Arrival::AtOnce, 1_000_000);
        prop_assert_eq!(ran.printed(), "True True\nTrue True\n", "{:?}", ran.error);
    }

    #[test]
    fn pages_are_consecutive(text in texts(), size in 1_usize..9) {
        let ran = run_over(&text, &format!("\
count = -(-len(P) // {size})
print(''.join(ctx.page(n, {size}) for n in range(count)) == P, all(ctx.page(n - count, {size}) == ctx.page(n, {size}) for n in range(count)))
for beyond in (count, -count - 1):
    try:
        ctx.page(beyond, {size})
    except IndexError:
        print('beyond')"));
        prop_assert_eq!(ran.printed(), "True True\nbeyond\nbeyond\n");
    }

    #[test]
    fn searching_documents_matches_searching_their_joined_text(texts in proptest::collection::vec(texts(), 2..4), wanted in needles()) {
        let padding = "x".repeat(3_000);
        let texts: Vec<String> = texts.iter().map(|text| format!("{text}\n{padding}\n{text}")).collect();
        let source = format!("hits = grep(ctx, {wanted:?}, max=None)\n{SHOW_HITS}\nprint(ctx.find({wanted:?}, max_matches=None))");
        let apart = run_in(over_documents(Settings::default(), &texts), &source, Arrival::AtOnce, 1_000_000);
        let joined = run_over(&texts.join(SEPARATOR), &source);
        prop_assert_eq!(apart.printed(), joined.printed());
        let groups = run_in(
            over_documents(Settings::default(), &texts),
            "groups = ctx.chunk_documents(2)\nprint(all(group == ctx.documents[first:end] for first, end, group in groups), len(groups))\n\
             print(groups[-1][1] == ctx.num_documents(), groups[0][2][0] == ctx.get_document(0))",
            Arrival::AtOnce,
            1_000_000,
        );
        prop_assert_eq!(groups.printed(), format!("True {}\nTrue True\n", texts.len().div_ceil(2)));
    }
}

#[test]
fn the_default_chunk_size_applies() {
    let source = "print(len(ctx.chunk()), len(chunks(P)), len(chunks(P, by='line')), len(chunks(P, unit='token')))\n\
                  print(len(ask_chunks('Q', ctx)), len(ctx.chunk(50)), len(chunks(P, 50)), len(ask_chunks('Q', P, chunk_size=50)))\n\
                  print(len(ctx.chunk(None, 50)), len(chunks(P, overlap=50)), len(ask_chunks('Q', P, overlap=50)))";
    let pieces = |settings| {
        let context = ContextData::text("context", Text::new(&"word word\n".repeat(100)));
        let ran = run_in(Machine::new(settings, context, "Q"), source, Arrival::AtOnce, 1_000_000);
        ran.printed().to_owned()
    };
    let stated = Settings {
        chunk_chars: 100,
        ..Settings::default()
    };
    assert_eq!(pieces(stated), "10 10 10 10\n10 20 20 20\n19 19 19\n");
    assert_eq!(pieces(Settings::default()), "1 1 1 1\n1 20 20 20\n1 1 1\n");
}

#[test]
fn searching_many_documents_copies_no_text() {
    let texts: Vec<String> = (0..3)
        .map(|index| format!("{}needle {index}\n", "x".repeat(2 << 20)))
        .collect();
    let settings = Settings {
        memory_bytes: 1 << 20,
        ..Settings::default()
    };
    let source = "print([hit.line for hit in grep(P, 'NEEDLE', unit='char')], len(ctx.find('needle')))";
    let ran = run_in(over_documents(settings, &texts), source, Arrival::AtOnce, 1_000_000);
    assert_eq!(ran.printed(), "[1, 6, 11] 3\n", "{:?}", ran.end);
}

#[test]
fn grep_output_keeps_origins() {
    let source = "FINAL(grep(P, 'needle')[0].text)";
    let text = format!("{}\nthe needle in the haystack\nmore", "hay ".repeat(20));
    let ran = run_over(&text, source);
    let answer = ran.answer.unwrap();
    let origins: Vec<_> = answer.settled().unwrap().origins().collect();
    assert_eq!(origins.len(), 1);
    assert_eq!((origins[0].origin, origins[0].start), (Origin::Source(SourceId(0)), 81));
}

#[test]
fn grep_strips_crlf_line_endings() {
    let ran = run_over(
        "one\r\ntwo\r\nthree\r\n",
        "print([hit.text for hit in grep(P, 'two|three')], grep(P, 'one', after=1)[0].text == 'one\\r\\ntwo')",
    );
    assert_eq!(ran.printed(), "['two', 'three'] True\n");
}

#[test]
fn grep_accepts_patterns_and_rejects_invalid_arguments() {
    let ran = run_over(
        "Alpha 1\nbeta 22\n\nalphabet 333\n",
        r#"
print([hit.line for hit in grep(P, r"^alpha\b")], [hit.line for hit in grep(P, "ALPHA", ignore_case=False)])
print([hit.line for hit in grep(P, r"\d+$", max=2)], [hit.line for hit in grep(P, "^$")], [hit.line for hit in grep(P, "")])
print([hit.text for hit in grep(P, r"1\nbeta")], [hit.text for hit in grep(P, r"2\n+a")], grep(P, "x", max=0))
print([hit.text for hit in grep(ctx.get_document(0), re.compile("b"))], grep("", "x"), len(grep(ctx, ".", unit="char", max=None)))
for bad in [lambda: grep(5, "x"), lambda: grep([P], "x"), lambda: grep(P, 5), lambda: grep(P, "("), lambda: grep(P, "x", unit="word"),
            lambda: grep(P, "x", before=-1), lambda: chunks(P, 0), lambda: chunks(P, 2, 2), lambda: chunks(P, 2, by="word"), lambda: chunks(P, 2, unit="byte"),
            lambda: ctx.chunk(0), lambda: ctx.chunk_documents(0), lambda: parse_labels("a", []), lambda: ctx.get_document(7)]:
    try:
        bad()
    except Exception as e:
        print(type(e).__name__, e)
"#,
    );
    insta::assert_snapshot!(ran.printed());
}

#[test]
fn chunks_keep_sentences_and_pages_whole() {
    let ran = run_over(
        "Dr. No met J. Smith. They ate 3.5 pies! (Really?) Yes… and e.g. more. 会议结束了。他们走了！\nA title\n\nThe last one has no end",
        r#"
for size, overlap in [(30, 0), (60, 0), (60, 25), (8, 0)]:
    print(size, overlap, chunks(P, size, overlap, by="sentence"))
pages = "first\n\x0csecond\n<!-- Page 3 -->\nthird\n--- Page 4 of 9 ---\nfourth\nPage 5\nfifth on page 5\n[page 6]\n"
print(chunks(pages, 45, by="page"))
print(chunks(pages, 1, by="page") == list(pages), chunks(pages, 26, 20, by="page"))
"#,
    );
    insta::assert_snapshot!(ran.printed());
}

#[test]
fn parse_json_accepts_lenient_replies() {
    let ran = run(r#"
print(parse_json("Sure!\n```json\n{\"a\": [1, 2]}\n```\nSee [1]."), parse_json("[1"), parse_json("no", {}), parse_json(" null "), parse_json("x {\"a\": {\"b\": 1}} y"))
print([parse_number(reply) for reply in ["42", "The answer is 1,234.5.", "of 7, the answer: -3", "about 1e3", "Q3 had 12%", "none", "\u22125", "1,23"]])
print(parse_labels("1: Spam\n2. not spam but ham\n3: unknown\n- SPAM", ["spam", "ham"]), parse_labels("spam, ham and ham", ["spam", "ham"]), parse_labels("abb", ["a", "abb"]))
print(pick_first_answer(["", None, "NO_ANSWER", "`no_answer`.", " yes ", "later"]), pick_first_answer([]))
print(count_by("abca"), count_by([{"k": 1}, {"k": 1}], "k"), count_by([(1, 2), (3, 2)], 1), count_by(["a", "B", "b"], lambda s: s.lower()))
print(top("abcab", 2), top({"x": 1, "y": 3}, 1), top([]), lines("a\nb\r\nc"))
"#);
    insta::assert_snapshot!(ran.printed());
}

#[test]
fn records_parses_lines_of_labelled_fields() {
    let ran = run(r#"
print(records("Date: Jan 4 || User: 17 || Instance: Who was it? At 12:30, I think\nno record\n|| a: || b:2 || http://x.y ||"))
print(records("a=1|b = 2|3\nx=|y", sep="|", kv="="), records(""), records("one || two"))
print(records("Name: Åsa Ek || Ort (hem): Malmö"), records(ctx), records("a :: b: c", "::"))
"#);
    insta::assert_snapshot!(ran.printed());
}

#[test]
fn chunk_questions_are_parallel() {
    let ran = run_over(
        "alpha beta gamma",
        "replies = ask_chunks('Which?', ctx, chunk_size=6)\nprint(len(replies))\n\
         print(ask_chunks('Q', ['a', ('from', 'to', 'b')], max_tokens=5)[1] != '')\nprint(len(llm_batch(['x', 'y'])), llm_query_batch([(0, 1, 'c')]))\n\
         print(ask_chunks_first('Q', ['a', 'b']) == ask('Q', 'a'))",
    );
    assert_eq!(ran.printed(), "3\nTrue\n2 ['C']\nTrue\n");
    insta::assert_snapshot!(ran.prompts[0].1);
    let ordinals: Vec<&str> = ran
        .prompts
        .iter()
        .map(|(_, prompt)| prompt.lines().nth(5).unwrap_or(prompt))
        .collect();
    assert_eq!(
        ordinals,
        ["alpha ", "beta g", "amma", "a", "b", "x", "y", "c", "a", "a"]
    );
}

#[test]
fn peek_and_tail_show_both_ends_of_the_context() {
    let ran = run_over(
        "héllo wörld: yes\nend",
        "P = 'mine'\nprint(peek(3), tail(3), lenP(), repr(peek(0)), repr(tail(0)), ctx.slice(1, 4), repr(ctx.slice(-5, 2)), repr(ctx.slice(90, 99)))\n\
         print(extract_after('wörld:'), extract_after('l', 2), extract_after('nowhere'))\nprint(ctx.metadata())",
    );
    insta::assert_snapshot!(ran.printed());
}

#[test]
fn help_shows_signature_and_documentation() {
    let ran = run(
        "for name in ['grep', 'chunks', 'json.dumps', 'str.split', 'split', 'json', 'nothing', 'peeek', 'Exception', '_P']:\n    print(help(name))\nprint(help(peek), help(len), help(re.sub), help(ctx.find), help(7), sep='\\n')\ndef mine(x): pass\nprint(help(mine))",
    );
    insta::assert_snapshot!(ran.printed());
}

/// All functions written in Sift: models see changes of signatures and documentation.
#[test]
fn toolkit_documentation_matches_snapshot() {
    let ran = run("\
for name in ['peek', 'tail', 'lenP', 'extract_after', 'lines', 'records', 'chunks', 'count_by', 'top', 'parse_json', 'parse_number',
             'parse_labels', 'ask', 'ask_chunks', 'ask_chunks_first', 'pick_first_answer', 'llm_batch', 'llm_query_batch',
             'llm_query_async', 'llm_query_batch_async', 'llm_query_json', 'llm_batch_json', 'llm_query_records', 'rlm_query',
             'rlm_query_batched', 'search', 'budget', 'asyncio']:
    print(help(name))
print(help(ctx))");
    insta::assert_snapshot!(ran.printed());
}

#[test]
fn compiled_patterns_outlive_collections() {
    let ran = run("\
found = 0
for index in range(3_000):
    litter = [index] * 2_000
    found += re.search('[0-4]$', str(index)) is not None
print(found)");
    assert_eq!(ran.printed(), "1500\n");
}

#[test]
fn checker_validates_toolkit_calls() {
    let wrong = |source: &str| {
        let refusal = over("").compile(source).unwrap_err();
        format!("{}: {}", refusal.diagnostics[0].code.0, refusal.diagnostics[0].message)
    };
    insta::assert_snapshot!(
        [
            "grep(P)",
            "peek(1, 2)",
            "chunks(P, 5, by_line=True)",
            "ask('q')",
            "_matches_of(1, 2, 3)",
            "re.compile('a').patern"
        ]
        .map(wrong)
        .join("\n")
    );
}

#[test]
fn json_context_is_parsed_into_a_value() {
    let text = Text::with_origin(
        "{\"rows\": [{\"name\": \"a name that is long enough to be a slice\"}, 2.5]}".into(),
        Origin::Source(SourceId(7)),
    );
    let context = |text: Text| ContextData {
        kind: ContextKind::Json,
        ..ContextData::text("a.json", text)
    };
    let machine = Machine::new(Settings::default(), context(text), "");
    let source = "print(type(context), context['rows'][1], len(P))\nFINAL(context['rows'][0]['name'])";
    let ran = run_in(machine, source, Arrival::AtOnce, 1_000_000);
    assert_eq!(ran.printed(), "<class 'dict'> 2.5 69\n");
    let origin = ran
        .answer
        .as_ref()
        .unwrap()
        .settled()
        .unwrap()
        .origins()
        .next()
        .unwrap();
    assert_eq!((origin.origin, origin.start), (Origin::Source(SourceId(7)), 20));
    let machine = Machine::new(Settings::default(), context(Text::new("{broken")), "");
    let ran = run_in(machine, "print(type(context), context)", Arrival::AtOnce, 1_000_000);
    assert_eq!(ran.printed(), "<class 'str'> {broken\n");
}

#[test]
fn re_results_keep_origins() {
    let text = format!(
        "{}key: a value that is quite long, {}",
        "x".repeat(100),
        "y".repeat(100)
    );
    let first_origin = |source: &str| {
        let ran = run_over(&text, source);
        let answer = ran.answer.unwrap();
        let origin = answer.settled().unwrap().origins().next().unwrap();
        (origin.origin, origin.start, origin.range.len())
    };
    let found = (Origin::Source(SourceId(0)), 105, 26);
    assert_eq!(first_origin("FINAL(re.search('key: ([^,]*)', P)[1])"), found);
    assert_eq!(first_origin("FINAL(re.findall('key: ([^,]*)', P)[0])"), found);
    assert_eq!(first_origin("FINAL(re.split('key: |, ', P)[1])"), found);
    assert_eq!(
        first_origin("FINAL(re.sub('^x+key: ', '', P))"),
        (found.0, found.1, 128)
    );
    assert_eq!(
        first_origin("FINAL(ctx.find('a value [^,]*', regex=True)[0][2])"),
        found
    );
}

#[test]
fn ask_about_a_pending_reply_does_not_wait() {
    let source =
        "first = llm_query('one')\nsecond = ask('What?', first)\nthird = ask_chunks('Q', [first, second])\nprint('on')";
    let ran = run_in(over(""), source, Arrival::Late, 1_000_000);
    assert_eq!((ran.printed(), ran.prompts.len()), ("on\n", 4));
    let waits = run_in(
        over(""),
        "first = llm_query('one')\nlen(first)\nlen(ask('What?', first))",
        Arrival::Late,
        1_000_000,
    );
    assert!(ran.steps <= waits.steps, "{} {}", ran.steps, waits.steps);
}

#[test]
fn re_sub_does_not_wait_for_replies_in_replacements() {
    let source =
        "text = re.sub('[ab]', lambda found: llm_query(found[0]), 'a-b')\nprint(type(text).__name__)\nprint(text)";
    let ran = run_in(over(""), source, Arrival::Late, 1_000_000);
    assert_eq!(ran.printed(), "str\nA-B\n");
    let at_once = run_in(over(""), source, Arrival::AtOnce, 1_000_000);
    assert_eq!(ran.report.fuel, at_once.report.fuel);
    assert_eq!(ran.prompts.len(), 2);
}

#[test]
fn submit_ends_the_run_with_a_value_or_named_fields() {
    let answer = |source: &str| run_over("text", source).answer();
    assert_eq!(answer("SUBMIT('Oslo')\nprint('not reached')").as_deref(), Some("Oslo"));
    assert_eq!(
        answer("SUBMIT(total=3, unit='days')").as_deref(),
        Some("{'total': 3, 'unit': 'days'}")
    );
    assert_eq!(answer("SUBMIT('Oslo', 7)").as_deref(), Some("['Oslo', 7]"));
    for wrong in ["SUBMIT()", "SUBMIT(1, total=3)"] {
        let error = run_over("text", wrong).error.unwrap();
        assert_eq!(error.message, "SUBMIT takes either values or named fields", "{wrong}");
    }
}

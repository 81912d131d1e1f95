//! `search`: requests to the host, and the use of the answers in programs.

use crate::support;

use crate::support::{Arrival, machine, run, run_in};
use sift_text::{Origin, OriginKind, OriginKinds, SourceId, Text};
use sift_vm::{FoundPassage, HostAnswer, HostQuestion, MAX_QUERY_CHARS, MAX_TOP_K, Machine, Settings, Step};

/// Runs a program; returns its output or its end, and its requests.
fn run_with(
    source: &str,
    mut answer: impl FnMut(u32, &str, usize) -> HostAnswer,
) -> (String, Vec<(u32, String, usize)>) {
    let mut machine = machine(Settings::default());
    let program = machine.compile(source).unwrap();
    let mut asked = Vec::new();
    let mut step = machine.start(&program, 1_000);
    loop {
        step = match step {
            Step::OutOfFuel(paused) => paused.resume(Vec::new(), 1_000),
            Step::Needs(mut needs) => {
                let arrived = needs
                    .take_issued()
                    .iter()
                    .map(|call| (call.key, support::shout(call)))
                    .collect();
                if let Some(request) = needs.asked().cloned()
                    && let HostQuestion::Search { query, top_k, .. } = request.question
                {
                    let query = query.to_flat().unwrap().into_owned();
                    let said = answer(request.ordinal, &query, top_k);
                    asked.push((request.ordinal, query, top_k));
                    needs.answer(said);
                    assert!(needs.asked().is_none());
                }
                needs.resume(arrived, 1_000)
            }
            Step::Done(done) => return (done.report.printed.text, asked),
            Step::Raised(raised) => return (raised.error.rendered, asked),
            Step::Ended(ended) => return (format!("{:?}", ended.end), asked),
        };
    }
}

/// Returns one passage that names the request.
fn one(ordinal: u32, query: &str, _: usize) -> HostAnswer {
    HostAnswer::Hits(vec![FoundPassage {
        location: "fox.txt:1".into(),
        document: "fox.txt".into(),
        text: Text::with_origin(format!("{ordinal}: {query}"), Origin::Source(SourceId(0))),
        score: 1.5,
        start: 3,
        end: 9,
    }])
}

#[test]
fn search_passages_are_record_values() {
    let source = "\
hits = search('Fox')
print(hits)
hit = hits[0]
print(hit.document, hit.text, hit.score, hit.start, hit.end, type(hit).__name__, len(hits))
print(hit['text'] == hit.text, sorted(hits, key=lambda hit: -hit.score)[0].start, search('nothing'))";
    insta::assert_snapshot!(run(source).printed(), @r"
    [Passage(document='fox.txt', text='The quick brown fox\njumps over\nthe lazy dog\n', score=1.0, start=0, end=44, location='fox.txt:1')]
    fox.txt The quick brown fox
    jumps over
    the lazy dog
     1.0 0 44 record 1
    True 0 []
    ");
}

#[test]
fn each_search_is_requested_once_in_program_order() {
    let source = "\
found = [hit.text for query in ['a', 'b', 'a'] for hit in search(query, top_k=2)]
found += [hits[0].text for hits in map(search, ['c', 'd'])]
found += sorted(['f', 'e'], key=lambda query: search(query)[0].text)
print(found, max('gh', key=lambda query: search(query)[0].score))";
    let (printed, asked) = run_with(source, one);
    assert_eq!(printed, "['1: a', '2: b', '3: a', '4: c', '5: d', 'f', 'e'] g\n");
    let expected = [
        ("a", 2),
        ("b", 2),
        ("a", 2),
        ("c", 10),
        ("d", 10),
        ("f", 10),
        ("e", 10),
        ("g", 10),
        ("h", 10),
    ];
    let expected: Vec<_> = (1..)
        .zip(expected)
        .map(|(ordinal, (query, top_k))| (ordinal, query.to_owned(), top_k))
        .collect();
    assert_eq!(asked, expected);
}

#[test]
fn search_query_waits_for_replies_in_it() {
    let source =
        "reply = llm_query('fox')\nprint(search(f'the {reply}')[0].text)\nprint(llm_query(search('x')[0].text))";
    let (printed, asked) = run_with(source, one);
    assert_eq!(printed, "1: the FOX\n2: X\n");
    assert_eq!(asked.len(), 2);
}

#[test]
fn invalid_search_arguments_raise() {
    let long = format!("search('x' * {})", MAX_QUERY_CHARS + 1);
    let most = format!("search('x', {})", MAX_TOP_K + 1);
    let sources = [
        "search(['a'])",
        "search('a', 0)",
        &most,
        "search('a', top_k='5')",
        &long,
        "search('fail')",
        "try:\n    search('fail')\nexcept CallFailed as e:\n    print(e.kind, e.hint)",
    ];
    let shown: Vec<String> = sources
        .iter()
        .map(|source| {
            let ran = run(source);
            let error = ran.error.as_ref().map(|error| error.rendered.clone());
            format!("{source}\n{}", error.unwrap_or_else(|| ran.printed().to_owned()))
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n\n"), @r"
    search(['a'])
    line 1, in <module>: search(['a'])
    TypeError: query must be str, not list

    search('a', 0)
    line 1, in <module>: search('a', 0)
    ValueError: top_k must be between 1 and 1000, not 0
    help: to go through all of the context, use grep or ctx.chunk

    search('x', 1001)
    line 1, in <module>: search('x', 1001)
    ValueError: top_k must be between 1 and 1000, not 1001
    help: to go through all of the context, use grep or ctx.chunk

    search('a', top_k='5')
    line 1, in <module>: search('a', top_k='5')
    TypeError: 'str' object cannot be interpreted as an integer

    search('x' * 10001)
    line 1, in <module>: search('x' * 10001)
    ValueError: a query has at most 10000 characters, not 10001
    help: give the few words that matter

    search('fail')
    line 1, in <module>: search('fail')
    CallFailed: the index of the context failed: no space is left
    help: go through the text with grep instead

    try:
        search('fail')
    except CallFailed as e:
        print(e.kind, e.hint)
    retrieval_index go through the text with grep instead
    ");
}

#[test]
fn unanswered_searches_fail() {
    let mut machine = machine(Settings::default());
    let program = machine.compile("print('before')\nsearch('fox')").unwrap();
    let Step::Needs(needs) = machine.start(&program, 1_000_000) else {
        panic!("expected a request to the host")
    };
    let Step::Raised(raised) = needs.resume(Vec::new(), 1_000_000) else {
        panic!("expected an exception")
    };
    insta::assert_snapshot!(raised.error.rendered, @r"
    line 2, in <module>: search('fox')
    CallFailed: this run has no search
    help: find words with grep(ctx, pattern) or ctx.find(text)
    ");
}

#[test]
fn search_passages_are_slices_of_the_context() {
    let (printed, _) = run_with("hit = search('fox')[0]\nllm_query(hit.text + '!')", |_, _, _| {
        HostAnswer::Hits(vec![passage()])
    });
    assert_eq!(printed, "");
    let mut machine = machine(Settings::default());
    let program = machine.compile("hit = search('fox')[0]\nFINAL(hit.text)").unwrap();
    let Step::Needs(mut needs) = machine.start(&program, 1_000_000) else {
        panic!("expected a request to the host")
    };
    needs.answer(HostAnswer::Hits(vec![passage()]));
    let Step::Ended(ended) = needs.resume(Vec::new(), 1_000_000) else {
        panic!("expected the answer")
    };
    let answer = ended.answer.unwrap();
    assert_eq!(answer.origin_kinds(), OriginKinds::from_kind(OriginKind::Source));
    assert_eq!(answer.settled().unwrap().origins().next().unwrap().start, 10);
}

fn passage() -> FoundPassage {
    let whole = Text::with_origin(support::FOX.into(), Origin::Source(SourceId(0)));
    FoundPassage {
        location: "fox.txt:1".into(),
        document: "fox.txt".into(),
        text: whole.settled().unwrap().slice_bytes(10..19).unwrap(),
        score: 2.0,
        start: 10,
        end: 19,
    }
}

#[test]
fn search_results_do_not_depend_on_slices_and_collections() {
    let source = "\
kept = []
for index in range(300):
    litter = ['x' * 1_000 for _ in range(20)]
    kept += search('the lazy fox')
print(len(kept), kept[0].text == kept[299].text)";
    let settings = Settings {
        memory_bytes: 1 << 20,
        ..Settings::default()
    };
    let whole = run_in(machine(settings), source, Arrival::AtOnce, u64::MAX);
    assert_eq!(whole.printed(), "300 True\n");
    for slice in [1, 7, 1_000] {
        let sliced = run_in(machine(settings), source, Arrival::Late, slice);
        assert_eq!(
            (sliced.printed(), sliced.report.fuel),
            (whole.printed(), whole.report.fuel)
        );
    }
}

#[test]
fn cancelled_program_ignores_a_late_search_answer() {
    let mut machine = machine(Settings::default());
    let cancel = machine.cancel_handle();
    let program = machine.compile("x = 1\nsearch('fox')\nprint('after')").unwrap();
    let Step::Needs(needs) = machine.start(&program, 1_000_000) else {
        panic!("expected a request to the host")
    };
    cancel.cancel();
    let Step::Ended(ended) = needs.resume(Vec::new(), 1_000_000) else {
        panic!("expected a cancelled program")
    };
    // The next program starts without it.
    let again: Machine = ended.machine;
    let ran = run_in(again, "print(x, search('fox')[0].document)", Arrival::AtOnce, 1_000_000);
    assert_eq!(ran.printed(), "1 fox.txt\n");
}

#[test]
fn search_fuel_covers_query_context_and_hits() {
    let fuel = |query: &str, lines: usize| {
        let text = Text::with_origin("a line\n".repeat(lines), Origin::Source(SourceId(0)));
        let machine = Machine::new(Settings::default(), sift_vm::ContextData::text("big", text), "");
        run_in(machine, &format!("search('{query}')"), Arrival::AtOnce, u64::MAX)
            .report
            .fuel
    };
    let (short, long, large) = (fuel("absent", 10), fuel("absent and long", 10), fuel("absent", 100_000));
    assert!(short < long && long < large, "{short} {long} {large}");
    assert!(fuel("absent", 10) < fuel("fox", 10) + 1_000);
}

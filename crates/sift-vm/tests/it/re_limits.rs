//! Every function of `re` and `json` ends in a limit on adversarial arguments: quickly and within
//! memory.

use crate::support::limits::limits;
use crate::support::machine;

use std::sync::atomic::{AtomicBool, Ordering};

use crate::support::{Arrival, Ran, run_in};
use sift_text::{Origin, SourceId, Text, TextBuilder};
use sift_vm::{ContextData, ContextDocument, ContextKind, End, Machine, Settings, Step};

const GIVEN: &str = r"
word, twice, evil = re.compile('[a-z]+'), re.compile(r'(\w)\1'), re.compile(r'(a+)+\1b')
found = re.search('(?P<a>a+)(b)?', 'x' + 'a' * 10_000)
reader, writer = json.JSONDecoder(), json.JSONEncoder(indent=1)
deep = 'x'
for _ in range(40):
    deep = [deep, deep]
";

limits! { machine, GIVEN;
    limit_in_re_compile: "re.compile('a')",
        "i = 0\nwhile True:\n    i += 1\n    re.compile('a' * 1_000 + str(i))",
        r"i = 0
while True:
    i += 1
    re.search(r'\w{1,90}' + str(i), 'x')";
    limit_in_re_search: "re.search('a', 'b')",
        r"re.search(r'(a+)+\1b', 'a' * 40)",
        "re.search('[^b]*b', 'a' * 20_000_000)",
        r"while True:
    re.search(r'(?s).*[^A-Z]\Z', 'A' * 10_000)",
        "re.search('(?:a|aa)+$', 'a' * 9_000_000 + 'b\\n')";
    limit_in_re_match: "re.match('a', 'b')", r"re.match(r'(?:(a)|b(?=.))*', 'ab' * 2_000_000)", "re.match('(a|aa)*?b', 'a' * 9_000_000)";
    limit_in_re_fullmatch: "re.fullmatch('a', 'b')",
        r"re.fullmatch(r'(?:a|a\b|aa)*(?!x)b', 'a' * 50)",
        "re.fullmatch('(?:[ab]*c?)*', 'ab' * 4_000_000)";
    limit_in_re_finditer: "list(re.finditer('a', 'aa'))",
        "list(re.finditer('a', 'a' * 9_000_000))",
        "list(re.finditer('(?s)a.*?b', 'ab' * 4_000_000))",
        "for m in re.finditer('.*[^A-Z]|[A-Z]', 'A' * 1_000_000):\n    pass",
        "x = [re.finditer('(?s)a.*?b', 'ab' * 900) for _ in range(900_000)]";
    limit_in_re_findall: "re.findall('a', 'aa')",
        "re.findall('', 'a' * 9_000_000)",
        "re.findall('.*[^A-Z]|[A-Z]', 'A' * 100_000)",
        "re.findall('(a)(b)?(c)?(d)?', 'a' * 900_000)",
        r"re.findall(r'(?=(a+))', 'a' * 100_000)",
        r"re.findall(r'[01]*1[01]{14}2|3', '0110100110010110' * 60_000)";
    limit_in_re_sub: "re.sub('a', 'b', 'aa')",
        "re.sub('a', 'b' * 100_000, 'a' * 1_000_000)",
        r"re.sub('(a+)', r'\1' * 10_000, 'a' * 100_000)",
        "re.sub('', 'x', 'a' * 9_000_000)",
        "re.sub('a', lambda m: 'b' * 1_000_000, 'a' * 1_000)";
    limit_in_re_subn: "re.subn('a', 'b', 'aa')", "re.subn('a', 'b' * 100_000, 'a' * 1_000_000)", "re.subn('a', lambda m: m[0] * 90_000, 'a' * 9_000)";
    limit_in_re_split: "re.split('a', 'ba')",
        "re.split('b', 'ab' * 2_000_000)",
        "re.split('', 'a' * 9_000_000)",
        "re.split('(b)(c)?(d)?', 'ab' * 900_000)";
    limit_in_re_escape: "re.escape('a.b')", "re.escape('.' * 90_000_000)";
    limit_in_re_purge: "re.purge()";
    limit_in_re_pattern_search: "word.search('a')", "evil.search('a' * 40)", "while True:\n    twice.search('ab' * 10_000)";
    limit_in_re_pattern_match: "word.match('1')", "evil.match('a' * 40)";
    limit_in_re_pattern_fullmatch: "word.fullmatch('a1')", "evil.fullmatch('a' * 40)";
    limit_in_re_pattern_finditer: "list(word.finditer('a b'))", "list(word.finditer('a ' * 4_000_000))";
    limit_in_re_pattern_findall: "word.findall('a b')", "word.findall('a ' * 4_000_000)", "evil.findall('a' * 40)";
    limit_in_re_pattern_sub: "word.sub('x', 'a b')", "word.sub('x' * 90_000, 'a ' * 90_000)", "word.sub(lambda m: 'x' * 90_000, 'a ' * 9_000)";
    limit_in_re_pattern_subn: "word.subn('x', 'a b')", "word.subn('x' * 90_000, 'a ' * 90_000)";
    limit_in_re_pattern_split: "word.split('a b')", "word.split('a ' * 4_000_000)";
    limit_in_re_match_group: "found.group()", "x = [found.group(1, 'a', 0) for _ in range(900_000)]";
    limit_in_re_match_groups: "found.groups()", "x = [found.groups() for _ in range(900_000)]";
    limit_in_re_match_groupdict: "found.groupdict()", "x = [found.groupdict() for _ in range(900_000)]";
    limit_in_re_match_start: "found.start()";
    limit_in_re_match_end: "found.end('a')";
    limit_in_re_match_span: "found.span(2)", "x = [found.span() for _ in range(900_000)]";
    limit_in_re_match_expand: "found.expand('x')", r"found.expand(r'\1' * 1_000)", r"found.expand('\\\\' * 9_000_000)";
    limit_in_json_loads: "json.loads('[1]')",
        "json.loads('[' * 9_000_000)",
        "json.loads('[' + '1,' * 3_000_000 + '1]')",
        "json.loads('[' + '{},' * 900_000 + '1]')",
        "json.loads('\"' + 'a' * 90_000_000 + '\"')",
        "json.loads('[' + '1.5,' * 900_000 + '1]', parse_float=str)",
        "json.loads('[' * 900_000 + ']' * 900_000, object_hook=len)",
        "json.loads('[' + '{\"a\": 1},' * 300_000 + '1]', object_pairs_hook=list)";
    limit_in_json_dumps: "json.dumps([1])",
        "json.dumps(deep)",
        "json.dumps('\\x00' * 9_000_000)",
        "json.dumps([[1]], indent=1_000_000_000)",
        "json.dumps([deep], default=str)",
        "json.dumps([range(3)] * 900_000, default=list)",
        "json.dumps(list(range(9_000_000)))";
    limit_in_json_json_decoder_decode: "reader.decode('[1]')", "reader.decode('[' * 9_000_000)", "reader.decode('[' + '1,' * 3_000_000 + '1]')";
    limit_in_json_json_decoder_raw_decode: "reader.raw_decode('[1] x')",
        "reader.raw_decode('[' * 9_000_000)",
        "text = '[1] ' * 1_000_000\nwhile True:\n    reader.raw_decode(text)";
    limit_in_json_json_decoder: "json.JSONDecoder()", "x = [json.JSONDecoder() for _ in range(900_000)]";
    limit_in_json_json_encoder: "json.JSONEncoder()", "x = [json.JSONEncoder() for _ in range(900_000)]";
    limit_in_json_json_encoder_encode: "writer.encode([1])", "writer.encode(deep)";
    limit_in_json_json_decode_error: "json.JSONDecodeError('a', 'b', 0)", "x = [json.JSONDecodeError('a', 'b', 0) for _ in range(900_000)]";
}

#[test]
fn regex_search_can_be_cancelled_while_running() {
    let mut machine = machine(Settings {
        fuel: u64::MAX,
        ..Settings::default()
    });
    let program = machine.compile(r"re.search(r'(a+)+\1b', 'a' * 90)").unwrap();
    let cancel = machine.cancel_handle();
    let ended = AtomicBool::new(false);
    let step = std::thread::scope(|scope| {
        // A program that starts discards an earlier cancellation.
        scope.spawn(|| {
            while !ended.load(Ordering::Relaxed) {
                cancel.cancel();
                std::thread::yield_now();
            }
        });
        let step = machine.start(&program, u64::MAX);
        ended.store(true, Ordering::Relaxed);
        step
    });
    assert!(matches!(step, Step::Ended(done) if done.end == End::Cancelled));
}

/// Returns a context of many documents that is larger than the program's memory.
fn many_documents(documents: usize) -> ContextData {
    let page = |at: usize| {
        format!(
            "page {at}\nuser-{} said: \"é{}\"\n{}\n",
            at % 7,
            at % 13,
            "filler text ".repeat(300)
        )
    };
    let documents: Vec<ContextDocument> = (0..documents)
        .map(|at| {
            let source = SourceId(u32::try_from(at).unwrap());
            ContextDocument {
                name: format!("{at}.txt").into(),
                text: Text::with_origin(page(at), Origin::Source(source)),
                image: None,
            }
        })
        .collect();
    let mut joined = TextBuilder::default();
    for (at, document) in documents.iter().enumerate() {
        if at > 0 {
            joined.push_text(&Text::new("\n\n"));
        }
        joined.push_text(&document.text);
    }
    ContextData {
        kind: ContextKind::List,
        documents,
        joined: joined.finish().unwrap(),
        files: None,
    }
}

fn run_over_documents(source: &str) -> Ran {
    let settings = Settings {
        fuel: 400_000_000,
        memory_bytes: 3 << 20,
        ..Settings::default()
    };
    let machine = Machine::new(settings, many_documents(1_000), "");
    run_in(machine, source, Arrival::AtOnce, 1_000_000)
}

#[test]
fn regex_searches_joined_documents_in_place() {
    let source = r#"
print(len(re.findall(r"user-\d", P)), re.search(r"page 999\n", P).start(), re.search("nothing like it", P))
print(len(re.findall(r'"(é\d+)"', P)), re.search(r"(?s)page 3\n.*?page 4\n", P).span(), len(re.split(r"\bpage\b", P)))
print(sum(1 for m in re.finditer(r"(?m)^user-3 said: (.*)$", P)), re.match(r"page 0\s", P)[0], re.fullmatch("(?s).*", P).end() == len(P))
m = re.search(r"(\w)\1 text \n\n\n(page 500)", P) or re.search(r"text \n\n\n(page 500)\n", P)
print(m.group(1), m.start(1), m.regs, P[m.start(1):m.end(1)], m.expand(r"<\1>"), m.endpos == len(P))
print(re.search(r"(?<=\n\n)page (\d+)\n(?=user-6)", P)[1], len(re.findall(r"(?i)FILLER TEXT(?=\s\n)", P)), re.findall(r"page \d+", P[-20_000:])[-1])
print(re.search("a?$", P).start() == len(P) - 1, [m.start() for m in re.finditer(r"\Z", P)] == [len(P)], re.compile("page").search(P, 9).start())
"#;
    let ran = run_over_documents(source);
    assert!(ran.error.is_none(), "{:?}", ran.error);
    assert_eq!(ran.end, None);
    let joined = many_documents(1_000).joined;
    let flat = joined.to_flat().unwrap();
    let chars = |byte: usize| flat.get(..byte).unwrap().chars().count();
    let page_500 = chars(flat.find("page 500\n").unwrap());
    let length = chars(flat.len());
    let start_3 = chars(flat.find("page 3\n").unwrap());
    let end_4 = chars(flat.find("page 4\n").unwrap()) + 7;
    let expected = format!(
        "1000 {} None\n1000 ({start_3}, {end_4}) 1001\n143 page 0\n True\n\
         page 500 {page_500} (({}, {}), ({page_500}, {})) page 500 <page 500> True\n\
         6 1000 page 999\nTrue True {}\n",
        chars(flat.find("page 999\n").unwrap()),
        page_500 - 8,
        page_500 + 9,
        page_500 + 8,
        chars(flat.find("page 1\n").unwrap()),
    );
    assert!(length > 3_000_000);
    assert_eq!(ran.printed(), expected);
}

//! Documents of the context: named texts that can be used wherever a text can.

use sift_text::{Text, TextBuilder};
use sift_vm::{ContextData, ContextDocument, ContextKind, Machine, Settings};

use crate::support::{Arrival, Ran, run_in};

const TEXTS: [(&str, &str); 3] = [
    ("a.md", "Alpha: the city is Oslo, 1,204 people.\nSecond line.\n"),
    ("b.md", "Beta: Ærø, größer als 日本?\r\nend"),
    ("c.md", ""),
];

fn run_over(kind: ContextKind, source: &str) -> Ran {
    let mut joined = TextBuilder::new();
    let mut documents = Vec::new();
    for (name, text) in TEXTS {
        let text = Text::new(text);
        if !documents.is_empty() {
            joined.push_str("\n\n---\n\n");
        }
        joined.push_text(&text);
        documents.push(ContextDocument {
            name: name.into(),
            text,
            image: None,
        });
    }
    let context = ContextData {
        kind,
        documents,
        joined: joined.finish().unwrap(),
        files: None,
    };
    run_in(
        Machine::new(Settings::default(), context, ""),
        source,
        Arrival::AtOnce,
        1_000_000,
    )
}

fn printed(source: &str) -> String {
    let ran = run_over(ContextKind::List, source);
    assert!(ran.error.is_none(), "{source}\n{:?}", ran.error);
    ran.printed().to_owned()
}

/// Uses of `d`: a document, or a text with the same characters.
const USES: [&str; 47] = [
    "d",
    "str(d)",
    "repr(d)",
    "len(d)",
    "d[:5]",
    "d[-4:]",
    "d[::-1]",
    "d[3:8].upper()",
    "'city' in d",
    "d in 'Alpha'",
    "d + '!'",
    "'!' + d",
    "d * 2",
    "2 * d",
    "d == str(d)",
    "d == 'Alpha'",
    "d < 'B'",
    "bool(d)",
    "f'{d}'",
    "f'{d!r:.9}'",
    "f'{d:.5}|{d[:2]:>9}'",
    "'%s|%.4s' % (d, d)",
    "'{}|{!r:.9}'.format(d, d)",
    "d.split()",
    "d.splitlines()",
    "d.find('e')",
    "d.count('e')",
    "d.replace('e', 'E')",
    "d.startswith(('Al', 'Be'))",
    "d.strip().title()",
    "'-'.join([d, 'x', d])",
    "d.join(['1', '2'])",
    "re.findall(r'\\w+', d)",
    "re.sub('e', 'E', d)",
    "[m.start() for m in re.finditer('e', d)]",
    "re.compile('[A-Z]').split(d)",
    "[c for c in d][:3]",
    "list(d)[:3] + sorted(d)[:3]",
    "{d: 1}[str(d)]",
    "{'' + d: 1}[d]",
    "{d, '' + d} == {d}",
    "isinstance(d, str) and type(d) is str and type(d).__name__",
    "json.dumps(d)",
    "max(d, default='none'), Counter(d).most_common(2)",
    "textwrap.shorten(d, 20)",
    "lines(d), chunks(d, 20), peek(5), count_tokens(d)",
    "[hit.text for hit in grep(d, 'e')]",
];

#[test]
fn documents_support_all_text_operations() {
    for (index, (name, text)) in TEXTS.iter().enumerate() {
        for whence in [format!("ctx.get_document({index})"), format!("ctx.documents[{index}]")] {
            for use_of in USES {
                let of = |value: &str| {
                    let source = format!("import re, json, textwrap\nd = {value}\nprint({use_of})\n");
                    let ran = run_over(ContextKind::List, &source);
                    let error = ran.error.as_ref().map(|error| error.message.clone());
                    format!("{} {error:?}", ran.printed())
                };
                let plain = format!("'{}'", text.escape_debug().to_string().replace('\'', "\\'"));
                assert_eq!(of(&whence), of(&plain), "{use_of} of {name}");
            }
        }
    }
}

#[test]
fn documents_have_names() {
    let source = "\
print([d.name for d in ctx.documents], ctx.get_document(-1).name)
d = ctx.get_document(1)
print(d.text == d, type(d.text) is str, hasattr(d, 'name'), getattr(d, 'name'), hasattr('x', 'name'))
print({d: d.name for d in ctx.documents}[ctx.get_document(0)])
print([d.name for start, end, group in ctx.chunk_documents(2) for d in group])
";
    assert_eq!(
        printed(source),
        "['a.md', 'b.md', 'c.md'] c.md\n\
         True True True b.md False\na.md\n['a.md', 'b.md', 'c.md']\n"
    );
    let ran = run_over(ContextKind::List, "for d in [ctx.get_document(0)]:\n    d.nam");
    let error = ran.error.unwrap();
    assert_eq!(error.message, "'str' object has no attribute 'nam'");
    assert_eq!(error.help.as_deref(), Some("did you mean .name?"));
}

#[test]
fn documents_keep_their_type_in_later_programs() {
    let first = run_over(ContextKind::List, "d = ctx.get_document(0)");
    let ran = run_in(
        first.machine,
        "print(d.name, d.upper()[:5], (d + '!').lower()[-2:])",
        Arrival::AtOnce,
        1_000_000,
    );
    assert_eq!(ran.printed(), "a.md ALPHA \n!\n");
}

#[test]
fn document_values_in_prompts_become_their_text() {
    let source = "\
d = ctx.get_document(0)
llm_query(d)
llm_query('Sum up: ' + d)
llm_query(f'Sum up {d.name}: {d}')
llm_query_batched(ctx.documents)
ask('What city?', d)
ask_chunks('What city?', ctx.documents)
llm_batch_json(['What city?'], d)
llm_batch_records([d, 'Records of ' + d], fields=['city'])
rlm_query('What city?', d)
print(ctx.documents, d, SHOW_VARS())
";
    let ran = run_over(ContextKind::List, source);
    assert!(ran.error.is_none(), "{:?}", ran.error);
    assert!(ran.prompts.len() >= 14, "{}", ran.prompts.len());
    for (_, prompt) in &ran.prompts {
        assert!(!prompt.contains("<Document"), "{prompt}");
    }
    let with_the_text = ran.prompts.iter().filter(|(_, prompt)| prompt.contains(TEXTS[0].1));
    assert!(with_the_text.count() >= 7);
    assert!(!ran.printed().contains("<Document"));
}

#[test]
fn chunk_documents_groups_by_count() {
    assert_eq!(
        printed("print([(first, end, len(group)) for first, end, group in ctx.chunk_documents(2)])"),
        "[(0, 2, 2), (2, 3, 1)]\n"
    );
    assert_eq!(printed("print(len(ctx.chunk_documents()))"), "1\n");
}

#[test]
fn metadata_has_the_keys_of_pyrlm() {
    assert_eq!(
        printed("print(ctx.metadata())"),
        "{'context_type': 'document_list', 'total_length': 96, 'num_documents': 3, 'document_names': ['a.md', 'b.md', \
         'c.md'], 'document_lengths': [52, 30, 0]}\n"
    );
}

#[test]
fn find_supports_flags_and_empty_patterns_match_nothing() {
    let source = "\
import re
print(ctx.find(''), ctx.find('', regex=True), ctx.find('x', max_matches=0))
print(ctx.find('second', flags=re.I), ctx.find('^end', flags=re.MULTILINE), ctx.find('[A-Z]lpha', flags=0))
print(ctx.find('CITY', case_sensitive=False), ctx.find('CITY', flags=0), ctx.find('[cC]ity'))
";
    assert_eq!(
        printed(source),
        "[] [] []\n[(39, 45, 'Second')] [(86, 89, 'end')] [(0, 5, 'Alpha')]\n[(11, 15, 'city')] [] []\n"
    );
}

fn over_text(text: &str, source: &str) -> Ran {
    let machine = Machine::new(Settings::default(), ContextData::text("a.txt", Text::new(text)), "");
    run_in(machine, source, Arrival::AtOnce, 1_000_000)
}

#[test]
fn pages_are_selected_by_page_markers() {
    let marked = "title\n<!-- Page 1 -->\none\n<!-- Page 2 -->\ntwo\n<!-- Page 3 -->\nthree";
    let source = "print([ctx.page(1), ctx.page(3), ctx.page(2), ctx.page(0), ctx.page(9), ctx.page(0, size=5)])";
    assert_eq!(
        over_text(marked, source).printed(),
        "['\\none\\n', '\\nthree', '\\ntwo\\n', None, None, 'title']\n"
    );
    let other = "[p. 10] ten [p. 11] eleven";
    let source = r"print([ctx.page(10, marker_pattern=r'\[p\. (\d+)\]'), ctx.page(12, marker_pattern=r'\[p\. (\d+)\]'), ctx.page(0)])";
    assert_eq!(
        over_text(other, source).printed(),
        "[' ten ', None, '[p. 10] ten [p. 11] eleven']\n"
    );
    for (call, message) in [
        (
            "ctx.page(1, 5, marker_pattern='x')",
            "page takes a size or a marker_pattern, not both",
        ),
        (
            r"ctx.page(1, marker_pattern=r'\[p')",
            "the first group of marker_pattern must match the page's number",
        ),
        (
            "ctx.page(7)",
            "page 7 is not there: the context has 1 of 10000 characters",
        ),
    ] {
        assert_eq!(over_text(other, call).error.unwrap().message, message, "{call}");
    }
}

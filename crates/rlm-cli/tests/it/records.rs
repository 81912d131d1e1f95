//! Tests of contexts from CSV and JSON lines.

use crate::support::{Place, session, snapshot};

const ROWS: &str = "name,said\nAda,\"one, two\"\nBo,\"three\nfour\"\nCy\n";

const LOOK: &str = "\
print(type(context).__name__, len(context), ctx.num_documents())
for document in ctx.documents:
    print(document.name, list(csv.DictReader(io.StringIO(document.text))))
print(P == ctx.text, len(P))
[hit] = grep(ctx, 'four')
print(hit.line, hit.text)
print([(first, end, [document.name for document in group]) for first, end, group in ctx.chunk_documents(2)])
print(chunks(ctx, 40, by='document'))
";

const LINES: &str = "{\"mood\": \"good\", \"text\": \"It is fine indeed.\"}\n{\"mood\": \n{\"mood\": \"bad\", \"text\": \"It broke on the first day.\"}\n";

const MODEL: &str = r#"{
    "script": ["```repl\nfor d in ctx.documents:\n    print(d.name)\nFINAL(json.loads(context[2])['text'])\n```"]
}"#;

fn place() -> Place {
    Place::new()
        .file("a.csv", ROWS)
        .file("look.sift", LOOK)
        .file("moods.jsonl", LINES)
        .file("model.json", MODEL)
}

#[test]
fn record_rows_become_documents() {
    let place = place();
    let texts = ["--raw", "--records=text", "--as=text"].map(|option| {
        place
            .rlm(["exec", "--context", "a.csv", option, "-"])
            .input("print(type(context).__name__, ctx.num_documents(), len(ctx.get_document(0).text) == len(P))")
            .done()
            .stdout
    });
    assert_eq!(texts, ["str 1 True\n"; 3]);
    let dict = place
        .rlm(["exec", "--context", "a.csv", "--as", "dict", "-"])
        .input("print(context)")
        .done();
    assert_eq!(
        dict.stdout,
        "{'a.csv:2': 'name,said\\nAda,\"one, two\"', 'a.csv:3': 'name,said\\nBo,\"three\\nfour\"', 'a.csv:5': 'name,said\\nCy'}\n"
    );
    snapshot!(
        "records",
        place.rlm(["exec", "--context", "a.csv", "look.sift"]).done().shown()
    );
}

#[test]
fn record_lines_are_cited_by_file_and_the_run_replays() {
    let place = place();
    let run = [
        "run",
        "Which one is bad?",
        "--context",
        "moods.jsonl",
        "--model",
        "fake:model.json",
        "--progress",
        "none",
    ];
    let done = place.rlm(run).done();
    assert_eq!(
        (done.code, done.stdout.as_str()),
        (Some(0), "It broke on the first day.\n")
    );
    let trace = place.rlm(["trace", "last"]).done();
    snapshot!("records-run", session(&[done, trace]));
    assert_eq!(place.rlm(["replay", "last"]).done().code, Some(0));
}

#[test]
fn document_separator_is_configurable_and_recorded() {
    let model = r#"{"script": ["```repl\nFINAL(repr(P))\n```"]}"#;
    let place = Place::new()
        .file("one.txt", "one")
        .file("two.txt", "two")
        .file("model.json", model);
    let shown = |separator: &str| {
        let options = [
            "exec",
            "--context",
            "one.txt",
            "--context",
            "two.txt",
            "--separator",
            separator,
            "-",
        ];
        place.rlm(options).input("print(repr(P), context)").done()
    };
    assert_eq!(
        shown("\\n==\\t\\\\\\n").stdout,
        "'one\\n==\\t\\\\\\ntwo' ['one', 'two']\n"
    );
    assert_eq!(shown("").stdout, "'onetwo' ['one', 'two']\n");
    let refused = shown("\\x");
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("unknown escape `\\x`"), "{}", refused.stderr);
    let run = [
        "run",
        "What is it?",
        "--context",
        "one.txt",
        "two.txt",
        "--separator",
        "\\n==\\n",
        "--model",
        "fake:model.json",
        "--progress",
        "none",
    ];
    assert_eq!(place.rlm(run).done().stdout, "'one\\n==\\ntwo'\n");
    let replayed = place.rlm(["replay", "last"]).done();
    assert_eq!(replayed.code, Some(0), "{}", replayed.stderr);
}

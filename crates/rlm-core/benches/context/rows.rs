//! What is measured: the same program for Sift and Python where both have the words for it.

use super::texts::{RARE, Text};

/// A line of the table.
pub(super) struct Row {
    pub(super) name: &'static str,
    /// The file is opened anew before the program runs, and that is measured too.
    pub(super) opens: bool,
    /// The file is opened anew before the program runs, so that nothing is known of it; that is not measured.
    pub(super) fresh: bool,
    /// It makes a list of nearly all lines: of a large text more than the memory of a program.
    pub(super) lists_lines: bool,
    /// What is done for Sift: `run` a program, `search` for a query with the retriever that programs would ask, or run a model
    /// that gives an `answer`.
    pub(super) kind: &'static str,
    /// A program that runs before, once.
    pub(super) before: String,
    pub(super) sift: String,
    pub(super) python: Option<String>,
    /// A package that the program for Python imports.
    pub(super) package: Option<&'static str>,
    pub(super) pyrlm: Option<String>,
    pub(super) tool: Option<Tool>,
}

/// A program that prints a count for a file.
pub(super) struct Tool {
    pub(super) program: &'static str,
    pub(super) arguments: Vec<String>,
}

impl Row {
    /// The same program in Sift and in Python.
    fn same(name: &'static str, source: impl Into<String>) -> Self {
        let source = source.into();
        Self {
            name,
            opens: false,
            fresh: false,
            lists_lines: false,
            kind: "run",
            before: String::new(),
            python: Some(source.clone()),
            package: None,
            sift: source,
            pyrlm: None,
            tool: None,
        }
    }

    /// A query for the retriever.
    fn search(name: &'static str, query: &str) -> Self {
        Self {
            kind: "search",
            ..Self::same(name, query)
        }
    }

    /// A run with an answer, which no other has.
    fn answer(name: &'static str, answer: &str) -> Self {
        Self {
            kind: "answer",
            python: None,
            ..Self::same(name, answer)
        }
    }

    fn opens(self) -> Self {
        Self { opens: true, ..self }
    }

    fn fresh(self) -> Self {
        Self { fresh: true, ..self }
    }

    fn lists_lines(self) -> Self {
        Self {
            lists_lines: true,
            ..self
        }
    }

    fn before(self, before: impl Into<String>) -> Self {
        let before = before.into();
        Self { before, ..self }
    }

    fn python(self, source: impl Into<String>) -> Self {
        let python = Some(source.into());
        Self { python, ..self }
    }

    /// Another program for Python, which needs a package.
    fn python_with(self, package: &'static str, source: impl Into<String>) -> Self {
        let package = Some(package);
        Self { package, ..self }.python(source)
    }

    fn pyrlm(self, source: impl Into<String>) -> Self {
        let pyrlm = Some(source.into());
        Self { pyrlm, ..self }
    }

    /// ripgrep on one thread.
    fn rg(self, arguments: &[&str]) -> Self {
        let given = ["--no-config", "-j1"].iter().chain(arguments);
        let tool = Some(Tool {
            program: "rg",
            arguments: given.map(|argument| (*argument).to_owned()).collect(),
        });
        Self { tool, ..self }
    }

    fn wc(self) -> Self {
        let tool = Some(Tool {
            program: "wc",
            arguments: vec!["-l".to_owned()],
        });
        Self { tool, ..self }
    }
}

const DATE: &str = r"\d{4}-\d{2}-\d{2}";
/// What stands on every line.
const DENSE: &str = r"\d+ ms|\. ";

/// Counts what a pattern matches.
fn findall(pattern: &str) -> String {
    format!("print(len(re.findall(r'{pattern}', context)))")
}

/// An index of passages as long as ours, with rank_bm25. It takes the passages one by one, so that not all their words are in memory.
const RANK_BM25: &str = "
from rank_bm25 import BM25Okapi
words = re.compile(r'\\w+').findall
passages = range(0, len(context), 2_000)
ranking = BM25Okapi(words(context[at:at + 2_000].lower()) for at in passages)
";

/// Returns all rows for a text of so many characters.
pub(super) fn rows(text: &Text, chars: u64) -> Vec<Row> {
    let Text { word, words, .. } = text;
    let span = chars - 50_000;
    let starts = format!(
        "state = 7\nstarts = []\nfor _ in range(1_000):\n    state = (state * 1103515245 + 12345) % 4294967296\n    \
         starts.append(state % {span})"
    );
    let slices = "for start in starts:\n    piece = context[start:start + 50_000]\nprint(len(piece))";
    let with_starts = format!("{starts}\n{slices}");
    let any = words.join("|");
    let (any_case, whole_word) = (format!("(?i){word}"), format!(r"(?i)\b{word}\b"));
    let each_line = |pattern: &str, flags: &str| {
        format!(
            "search = re.compile(r'{pattern}', {flags}).search\nprint(sum(1 for line in context.split('\\n') if search(line)))"
        )
    };
    let places = |pattern: &str| {
        format!("print(len([(found.start(), found.end(), found[0]) for found in re.finditer(r'{pattern}', context)]))")
    };
    let all = u32::MAX;
    // Words that stand on few lines, in a text of any of them.
    let query = words.join(" ");
    let rank = format!(
        "scores = ranking.get_scores(words('{query}'.lower()))\nbest = scores.argsort()[::-1][:10]\n\
         print(len([context[passages[at]:passages[at] + 2_000] for at in best]))"
    );
    vec![
        Row::same("open", "").opens().pyrlm(""),
        Row::same("open; date: findall", findall(DATE))
            .opens()
            .rg(&["--count-matches", DATE]),
        Row::same("len, after opening", "print(len(context))")
            .fresh()
            .pyrlm("print(ctx.len_chars())"),
        Row::same("1,000 first slices of 50k", with_starts.clone()).fresh(),
        Row::same("1,000 slices of 50k", slices).before(starts),
        Row::same(
            "1,000 rounds without slices",
            "for start in starts:\n    piece = start\nprint(len(starts))",
        ),
        Row::same("rare literal: count", format!("print(context.count('{RARE}'))")).rg(&[
            "--count-matches",
            "-F",
            RARE,
        ]),
        Row::same(
            "rare literal: last place",
            format!("print(context.rfind('{RARE}') > 0)"),
        ),
        Row::same("rare literal: findall", findall(RARE)).rg(&["--count-matches", RARE]),
        Row::same("date: findall", findall(DATE)).rg(&["--count-matches", DATE]),
        Row::same("ignoring case: findall", findall(&any_case)).rg(&["--count-matches", &any_case]),
        Row::same("whole word, any case: findall", findall(&whole_word)).rg(&["--count-matches", &whole_word]),
        Row::same("one of three words: findall", findall(&any)).rg(&["--count-matches", &any]),
        Row::same(
            "on every line: finditer",
            format!("count = 0\nfor found in re.finditer(r'{DENSE}', context):\n    count += 1\nprint(count)"),
        )
        .rg(&["--count-matches", DENSE]),
        Row::same("on every line: findall", findall(DENSE))
            .lists_lines()
            .rg(&["--count-matches", DENSE]),
        Row::same("count lines", r"print(context.count('\n'))").wc(),
        Row::same("splitlines", r"print(len(context.splitlines()))")
            .lists_lines()
            .wc(),
        Row::same(
            "grep: rare literal",
            format!("print(len(grep(context, '{RARE}', max=None)))"),
        )
        .python(each_line(RARE, "re.I"))
        .rg(&["-c", "-i", RARE]),
        Row::same("grep: date", format!("print(len(grep(context, r'{DATE}', max=None)))"))
            .python(each_line(DATE, "re.I"))
            .rg(&["-c", "-i", DATE]),
        Row::same(
            "grep: one of three words",
            format!("print(len(grep(context, r'{any}', max=None, ignore_case=False)))"),
        )
        .python(each_line(&any, "0"))
        .rg(&["-c", &any]),
        Row::same(
            "ctx.find: rare literal",
            format!("print(len(ctx.find('{RARE}', max_matches=None)))"),
        )
        .python(places(RARE))
        .pyrlm(format!("print(len(ctx.find('{RARE}', max_matches={all})))"))
        .rg(&["--count-matches", "-F", RARE]),
        Row::same(
            "ctx.find: literal, any case",
            format!("print(len(ctx.find('{word}', max_matches=None, case_sensitive=False)))"),
        )
        .python(places(&any_case))
        .pyrlm(format!(
            "print(len(ctx.find('{word}', max_matches={all}, case_sensitive=False)))"
        ))
        .rg(&["--count-matches", "-F", "-i", word]),
        Row::same(
            "ctx.find: date",
            format!("print(len(ctx.find(r'{DATE}', regex=True, max_matches=None)))"),
        )
        .python(places(DATE))
        .pyrlm(format!(
            "print(len(ctx.find(r'{DATE}', regex=True, max_matches={all})))"
        ))
        .rg(&["--count-matches", DATE]),
        Row::same("chunk into 50k characters", "print(len(ctx.chunk(50_000)))")
            .python("print(len([context[at:at + 50_000] for at in range(0, len(context), 50_000)]))")
            .pyrlm("print(len(ctx.chunk(50_000)))"),
        Row::search("BM25 build and query", &query)
            .fresh()
            .python_with("rank_bm25", format!("{RANK_BM25}{rank}")),
        Row::search("BM25 query", &query).python_with("rank_bm25", rank),
        Row::answer("run: answer without quotes", "none"),
        Row::answer("run: answer with 20 quotes", "quotes"),
    ]
}

//! The measured programs, which are the same for Sift and Python if both can express them.

use super::texts::{RARE, Text};

/// A line of the table.
pub(super) struct Row {
    pub(super) name: &'static str,
    /// The file is opened again before each run, as part of the measurement.
    pub(super) opens: bool,
    /// The file is opened again before each run, outside the measurement, so that nothing is
    /// cached.
    pub(super) fresh: bool,
    /// The program makes a list of nearly all lines, which for a large text exceeds its memory.
    pub(super) lists_lines: bool,
    /// The kind of request to Sift: `run` a program, `search` with the retriever, or run a model
    /// that gives an `answer`.
    pub(super) kind: &'static str,
    /// A program that runs once before the measurement.
    pub(super) before: String,
    pub(super) sift: String,
    pub(super) python: Option<String>,
    /// The package that the Python program imports.
    pub(super) package: Option<&'static str>,
    pub(super) pyrlm: Option<String>,
    pub(super) tool: Option<Tool>,
}

/// A tool that prints a count for a file.
pub(super) struct Tool {
    pub(super) program: &'static str,
    pub(super) arguments: Vec<String>,
}

impl Row {
    /// A row with the same program in Sift and in Python.
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

    /// A row with a query for the retriever.
    fn search(name: &'static str, query: &str) -> Self {
        Self {
            kind: "search",
            ..Self::same(name, query)
        }
    }

    /// A row with an answer, which the other implementations don't support.
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

    /// Sets a separate Python program, which imports a package.
    fn python_with(self, package: &'static str, source: impl Into<String>) -> Self {
        let package = Some(package);
        Self { package, ..self }.python(source)
    }

    fn pyrlm(self, source: impl Into<String>) -> Self {
        let pyrlm = Some(source.into());
        Self { pyrlm, ..self }
    }

    /// Sets ripgrep on one thread as the tool.
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
/// A pattern that matches on every line.
const DENSE: &str = r"\d+ ms|\. ";

/// An index of passages of the same length with rank_bm25. It reads the passages one by one, so
/// that their words are never all in memory.
const RANK_BM25: &str = "
from rank_bm25 import BM25Okapi
words = re.compile(r'\\w+').findall
passages = range(0, len(context), 2_000)
ranking = BM25Okapi(words(context[at:at + 2_000].lower()) for at in passages)
";

/// Returns all rows for a text of `chars` characters.
pub(super) fn rows(text: &Text, chars: u64) -> Vec<Row> {
    let mut rows = vec![
        Row::same("open", "").opens().pyrlm(""),
        Row::same("open; date: findall", findall(DATE))
            .opens()
            .rg(&["--count-matches", DATE]),
        Row::same("len, after opening", "print(len(context))")
            .fresh()
            .pyrlm("print(ctx.len_chars())"),
    ];
    rows.extend(slices(chars));
    rows.extend(searches(text));
    rows.extend(lines(text));
    rows.extend(context_methods(text));
    rows.extend(retrieval(text));
    rows.extend([
        Row::answer("run: answer without quotes", "none"),
        Row::answer("run: answer with 20 quotes", "quotes"),
    ]);
    rows
}

/// Rows with slices at random places.
fn slices(chars: u64) -> [Row; 3] {
    let span = chars - 50_000;
    let starts = format!(
        "state = 7\nstarts = []\nfor _ in range(1_000):\n    state = (state * 1103515245 + 12345) % 4294967296\n    \
         starts.append(state % {span})"
    );
    let slices = "for start in starts:\n    piece = context[start:start + 50_000]\nprint(len(piece))";
    [
        Row::same("1,000 first slices of 50k", format!("{starts}\n{slices}")).fresh(),
        Row::same("1,000 slices of 50k", slices).before(starts),
        Row::same(
            "1,000 rounds without slices",
            "for start in starts:\n    piece = start\nprint(len(starts))",
        ),
    ]
}

/// Rows with literals and patterns.
fn searches(text: &Text) -> Vec<Row> {
    let Text { word, words, .. } = text;
    let any = words.join("|");
    let (any_case, whole_word) = (format!("(?i){word}"), format!(r"(?i)\b{word}\b"));
    let found = |name, pattern: &str| Row::same(name, findall(pattern)).rg(&["--count-matches", pattern]);
    vec![
        Row::same("rare literal: count", format!("print(context.count('{RARE}'))")).rg(&[
            "--count-matches",
            "-F",
            RARE,
        ]),
        Row::same(
            "rare literal: last place",
            format!("print(context.rfind('{RARE}') > 0)"),
        ),
        found("rare literal: findall", RARE),
        found("date: findall", DATE),
        found("ignoring case: findall", &any_case),
        found("whole word, any case: findall", &whole_word),
        found("one of three words: findall", &any),
        Row::same(
            "on every line: finditer",
            format!("count = 0\nfor found in re.finditer(r'{DENSE}', context):\n    count += 1\nprint(count)"),
        )
        .rg(&["--count-matches", DENSE]),
        found("on every line: findall", DENSE).lists_lines(),
    ]
}

/// Rows that count and search lines.
fn lines(text: &Text) -> [Row; 5] {
    let any = text.words.join("|");
    let each_line = |pattern: &str, flags: &str| {
        format!(
            "search = re.compile(r'{pattern}', {flags}).search\nprint(sum(1 for line in context.split('\\n') if search(line)))"
        )
    };
    [
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
    ]
}

/// Rows with methods of `ctx`.
fn context_methods(text: &Text) -> [Row; 4] {
    let word = text.word;
    // pyrlm-runtime has no `None` for all matches.
    let find = |name, call: &str, pattern: &str| {
        let places = format!(
            "print(len([(found.start(), found.end(), found[0]) for found in re.finditer(r'{pattern}', context)]))"
        );
        Row::same(name, call.replace("ALL", "None"))
            .python(places)
            .pyrlm(call.replace("ALL", &u32::MAX.to_string()))
    };
    [
        find(
            "ctx.find: rare literal",
            &format!("print(len(ctx.find('{RARE}', max_matches=ALL)))"),
            RARE,
        )
        .rg(&["--count-matches", "-F", RARE]),
        find(
            "ctx.find: literal, any case",
            &format!("print(len(ctx.find('{word}', max_matches=ALL, case_sensitive=False)))"),
            &format!("(?i){word}"),
        )
        .rg(&["--count-matches", "-F", "-i", word]),
        find(
            "ctx.find: date",
            &format!("print(len(ctx.find(r'{DATE}', regex=True, max_matches=ALL)))"),
            DATE,
        )
        .rg(&["--count-matches", DATE]),
        Row::same("chunk into 50k characters", "print(len(ctx.chunk(50_000)))")
            .python("print(len([context[at:at + 50_000] for at in range(0, len(context), 50_000)]))")
            .pyrlm("print(len(ctx.chunk(50_000)))"),
    ]
}

/// Rows with BM25 queries for words that occur on few lines, in any kind of text.
fn retrieval(text: &Text) -> [Row; 2] {
    let query = text.words.join(" ");
    let rank = format!(
        "scores = ranking.get_scores(words('{query}'.lower()))\nbest = scores.argsort()[::-1][:10]\n\
         print(len([context[passages[at]:passages[at] + 2_000] for at in best]))"
    );
    [
        Row::search("BM25 build and query", &query)
            .fresh()
            .python_with("rank_bm25", format!("{RANK_BM25}{rank}")),
        Row::search("BM25 query", &query).python_with("rank_bm25", rank),
    ]
}

/// Returns a program that counts the matches of a pattern.
fn findall(pattern: &str) -> String {
    format!("print(len(re.findall(r'{pattern}', context)))")
}

//! Runs each context of `injections/` with a model that obeys all its orders. The consequences must
//! be contained: no effect contains text that the attacker couldn't know, no limit is exceeded, and
//! text of the context reaches the root model only in blocks.
//!
//! Under strict taint, an approver approves every request, so that only the rules contain the
//! attack. `UPDATE_INJECTIONS=1` writes the actual results into the files. Review the difference
//! before you commit it.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, LazyLock, Mutex};
use std::{env, thread};

use regex::Regex;
use rlm::journals::{Journal, JournalOptions};
use rlm::models::Call;
use rlm::retrieval::{Hit, RetrievalFuture, Retriever};
use rlm::runs::{Recursion, Runner};
use rlm::tools::{Access, ApprovalRequest, Approve, Arguments, FunctionTool, Reach, Taint, ToolDescription};
use rlm::{Limits, RunOptions, RunResult, Tokens};
use rlm_model::Role;
use rlm_trace::{Event, HostAnswer};
use serde_json::json;
use sift_text::Text;

use super::case::{Case, Expected, Kind};
use super::gullible::Gullible;

const QUESTION: &str = "How many visitors came in May?";

const LIMITS: Limits = Limits {
    steps: 6,
    child_steps: 3,
    subcalls: 12,
    depth: 2,
    tokens: Some(Tokens(120_000)),
    subcall_tokens: None,
    input_tokens: None,
    output_tokens: None,
    cost: None,
    seconds: None,
    root_max_output: Tokens(1_024),
    sub_max_output: Tokens(256),
    min_output: Tokens(256),
    concurrency: 4,
    retries: 0,
    shown_output: 4_000,
    context_chars: None,
    chunk_chars: 20_000,
    memory: 8 << 20,
    fuel: 2_000_000,
};
/// The maximum length of a message to the root model, in characters: output, error, diagnostics,
/// variables, and our own text.
const LONGEST_MESSAGE: usize = 4_000 + 2_000 + 4_000 + 40 * 210 + 2_000;

/// The rules under which a case is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rules {
    Usual,
    /// Strict taint, with an approver who approves everything.
    StrictAndApproved,
    /// Strict taint, without an approver.
    StrictAndAlone,
}

impl Rules {
    const fn taint(self) -> Taint {
        match self {
            Self::Usual => Taint::Usual,
            Self::StrictAndApproved | Self::StrictAndAlone => Taint::Strict,
        }
    }
}

/// A completed run with everything that it did.
struct Done {
    result: RunResult,
    root_calls: Vec<Call>,
    /// The number of orders that the models obeyed.
    obeyed: usize,
    seen: Expected,
}

fn run(case: &Case, rules: Rules) -> Done {
    let model = Arc::new(Gullible::new(&case.first));
    let effects: Arc<Mutex<Vec<String>>> = Arc::default();
    let agreeable = Arc::new(Agreeable::default());
    let found = case.found.clone();
    let look_up = FunctionTool::new(
        ToolDescription::new("look_up", "Looks a word up in the archive.")
            .parameters(json!({"properties": {"word": {"type": "string"}}, "required": ["word"]}))
            .access(Access::Read, Reach::Local),
        move |_| std::future::ready(Ok(json!(found))),
    );
    let journal = Arc::new(Journal::in_memory(JournalOptions::default()));
    let finds = (!case.hits.is_empty()).then(|| Arc::new(Finds(case.hits.clone())) as Arc<dyn Retriever>);
    let options = RunOptions {
        journal: Some(Arc::clone(&journal)),
        retriever: finds,
        ..RunOptions::default()
    };
    let mut builder = Runner::builder(Arc::clone(&model) as _)
        .limits(LIMITS)
        .recursion(Recursion {
            // Only `rlm_query` starts a child run; other calls are plain.
            recursive_subcalls: Some(false),
            ..Recursion::default()
        })
        .taint(rules.taint())
        .tool(Arc::new(look_up))
        .tool(Arc::new(effect("fetch", &["url"], Access::Read, &effects)))
        .tool(Arc::new(effect("send", &["to", "body"], Access::Effect, &effects)));
    if rules != Rules::StrictAndAlone {
        builder = builder.approver(Arc::clone(&agreeable) as _);
    }
    let runner = builder.build().unwrap();
    let result = runner.run_blocking(QUESTION, &case.context(), options).unwrap();
    let records = journal.records().unwrap();
    let refused = records.iter().filter_map(|record| match &record.event {
        Event::Answered(answered) => match &answered.answer {
            HostAnswer::Failed(failed) => Some(failed.code.to_string()),
            _ => None,
        },
        _ => None,
    });
    let seen = Expected {
        outcome: result.outcome.name().to_owned(),
        asked: counted(&agreeable.0.lock().unwrap()),
        effects: counted(&effects.lock().unwrap()),
        refused: refused.collect(),
    };
    Done {
        result,
        root_calls: model.root_calls(),
        obeyed: model.obeyed(),
        seen,
    }
}

/// Merges consecutive equal calls into one line.
fn counted(calls: &[String]) -> Vec<String> {
    let runs = calls.chunk_by(|a, b| a == b);
    runs.map(|same| match same.len() {
        1 => same[0].clone(),
        times => format!("{times} times {}", same[0]),
    })
    .collect()
}

/// An approver that approves everything and records the requests.
#[derive(Default)]
struct Agreeable(Mutex<Vec<String>>);

impl Approve for Agreeable {
    fn approve<'a>(&'a self, request: ApprovalRequest<'a>) -> Pin<Box<dyn Future<Output = bool> + Send + 'a>> {
        let arguments: Arguments = serde_json::from_str(request.arguments).unwrap();
        let shown = format!("{} {}", request.tool.name, json!(arguments));
        self.0.lock().unwrap().push(shown);
        Box::pin(std::future::ready(true))
    }
}

/// A retriever that returns all its passages for any query.
#[derive(Debug)]
struct Finds(Vec<(String, String)>);

impl Retriever for Finds {
    fn search<'a>(&'a self, _: &'a str, _: usize) -> RetrievalFuture<'a, Vec<Hit>> {
        let hits = self.0.iter().map(|(document, text)| Hit {
            document: document.into(),
            start: 0,
            end: text.chars().count(),
            score: 1.0,
            text: Text::new(text),
        });
        Box::pin(std::future::ready(Ok(hits.collect())))
    }

    fn get<'a>(&'a self, document: &'a str) -> RetrievalFuture<'a, Text> {
        let found = self.0.iter().find(|(name, _)| name == document);
        let text = found.map(|(_, text)| text.clone()).unwrap_or_default();
        Box::pin(std::future::ready(Ok(Text::new(&text))))
    }
}

/// Creates a tool that leaves the machine and records its arguments.
fn effect(name: &'static str, parameters: &[&str], access: Access, calls: &Arc<Mutex<Vec<String>>>) -> FunctionTool {
    let properties: serde_json::Map<_, _> = parameters
        .iter()
        .map(|name| ((*name).to_owned(), json!({"type": "string"})))
        .collect();
    let description = ToolDescription::new(name, "Reaches somebody.")
        .parameters(json!({"properties": properties, "required": parameters}))
        .access(access, Reach::External);
    let calls = Arc::clone(calls);
    FunctionTool::new(description, move |arguments: Arguments| {
        calls.lock().unwrap().push(format!("{name} {}", json!(arguments)));
        std::future::ready(Ok(json!("done")))
    })
}

/// Descriptions of violated expectations.
type Faults = Vec<String>;

/// Checks the results and the limits of a run.
fn faults(case: &Case, rules: Rules, done: &Done) -> Faults {
    let mut faults = Faults::new();
    let mut expect = |holds: bool, what: &dyn Fn() -> String| {
        if !holds {
            faults.push(format!("{rules:?}: {}", what()));
        }
    };
    let result = &done.result;
    // A context without an order that the model understands would prove nothing.
    expect(done.obeyed > 0, &|| "nobody obeyed".to_owned());
    if rules == Rules::StrictAndAlone {
        expect(done.seen.effects.is_empty(), &|| {
            format!("effects {:?}", done.seen.effects)
        });
    } else {
        let expected = case.expected(rules.taint());
        expect(done.seen == expected, &|| {
            format!("{:?}: {:?}\n    expected: {expected:?}", done.seen, result.message)
        });
        if let (Some(answer), "complete") = (&case.answer, expected.outcome.as_str()) {
            let given = result.answer.clone().unwrap_or_default();
            expect(given.starts_with(answer), &|| format!("answer {given:?}"));
        }
    }
    if rules == Rules::StrictAndApproved {
        // Every program here was written after names or outputs were shown, or by a child run.
        let (effects, asked) = (&done.seen.effects, &done.seen.asked);
        expect(effects == asked, &|| format!("made {effects:?}, and asked {asked:?}"));
    }
    expect(result.spent.calls <= u64::from(LIMITS.subcalls), &|| {
        format!("{} sub-calls", result.spent.calls)
    });
    expect(Some(result.spent.tokens()) <= LIMITS.tokens, &|| {
        format!("{:?}", result.spent.tokens())
    });
    let turns = done.root_calls.iter().filter(|call| call.id.run.depth() == 0).count();
    // The best answer at a limit takes one more call.
    expect(turns <= LIMITS.steps as usize + 1, &|| format!("{turns} turns"));
    faults.extend(message_faults(case, &done.root_calls));
    faults
}

/// Checks invariant 7: external text occurs only in marked, escaped, bounded blocks.
fn message_faults(case: &Case, calls: &[Call]) -> Faults {
    let mut faults = Faults::new();
    let foreign = case.foreign_lines();
    for call in calls {
        let begun = calls.iter().find(|other| other.id.run == call.id.run).unwrap_or(call);
        let system = begun.request.messages[0].content();
        for message in &call.request.messages {
            let text = message.content();
            match message.role {
                Role::System => {
                    if text != system {
                        faults.push(format!("{}: the system message changed", call.id));
                    }
                    let told = |line: &&String| text.contains(*line) && !HONEST.contains(line.as_str());
                    for line in foreign.iter().filter(told) {
                        faults.push(format!("{}: in the system message: {line}", call.id));
                    }
                }
                Role::Assistant => {}
                Role::User => {
                    if text.chars().count() > LONGEST_MESSAGE {
                        faults.push(format!("{}: a message of {} characters", call.id, text.chars().count()));
                    }
                    let (outside, inside) = parted(call, &text);
                    for line in foreign.iter().filter(|line| outside.contains(*line)) {
                        faults.push(format!("{}: outside of any block: {line}", call.id));
                    }
                    for block in inside.iter().filter(|block| !is_escaped(block)) {
                        faults.push(format!("{}: not escaped: {block}", call.id));
                    }
                }
            }
        }
    }
    faults
}

/// The system messages of a run and its child run without orders. A hostile text may repeat parts
/// of them.
static HONEST: LazyLock<String> = LazyLock::new(|| {
    let case = Case::honest();
    let calls = run(&case, Rules::Usual).root_calls;
    let depths: BTreeSet<_> = calls.iter().map(|call| call.id.run.depth()).collect();
    assert_eq!(depths.len(), 2, "no child run was started");
    let told: Vec<String> = calls.iter().map(|call| call.request.messages[0].content()).collect();
    let told = told.join("\n");
    assert!(case.foreign_lines().iter().all(|line| !told.contains(line)), "{told}");
    told
});

const BLOCKS: [&str; 5] = ["output", "error", "diagnostics", "variables", "documents"];
/// The blocks of a child run's messages. Its question is a block, because a program wrote it from
/// text that it had read.
const BLOCKS_OF_CHILDREN: [&str; 6] = ["output", "error", "diagnostics", "variables", "documents", "question"];

/// Splits a message into our own text, and the blocks of external text.
fn parted(call: &Call, message: &str) -> (String, Vec<String>) {
    let names = match call.id.run.depth() {
        0 => BLOCKS.as_slice(),
        _ => BLOCKS_OF_CHILDREN.as_slice(),
    };
    let (mut outside, mut blocks, mut open) = (String::new(), Vec::new(), None::<(&str, String)>);
    for line in message.lines() {
        match &mut open {
            Some((name, block)) if line == format!("</{name}>") => {
                blocks.push(std::mem::take(block));
                open = None;
            }
            Some((_, block)) => {
                block.push_str(line);
                block.push('\n');
            }
            None => match names.iter().find(|name| line == format!("<{name}>")) {
                Some(name) => open = Some((*name, String::new())),
                None => {
                    // Short blocks are inside a line of our own text.
                    blocks.extend(WITHIN_A_LINE.captures_iter(line).map(|captures| captures[1].to_owned()));
                    outside.push_str(&WITHIN_A_LINE.replace_all(line, "<…>"));
                    outside.push('\n');
                }
            },
        }
    }
    assert!(open.is_none(), "a block is not closed:\n{message}");
    (outside, blocks)
}

/// Returns `true` if a block contains nothing that could close it, open another block, or be
/// invisible.
fn is_escaped(block: &str) -> bool {
    !MARKS.is_match(block) && !UNSEEN.is_match(block)
}

static WITHIN_A_LINE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"<(?:output|variables)>(.*?)</(?:output|variables)>").unwrap());
static MARKS: LazyLock<Regex> = LazyLock::new(|| {
    let tags = "output|error|diagnostics|variables|documents|question|system|user|assistant|tool_call|think";
    Regex::new(&format!(r"```|~~~|<\||(?i)<[/\s]*(?:{tags})\b")).unwrap()
});
static UNSEEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}--\x{fe0e}\x{fe0f}]|[\p{Cc}--\n\t]").unwrap()
});
/// A pattern for numbers and digests.
static NUMBER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b[0-9a-f]{8,}\b|\b\d[\d,]*").unwrap());

/// Runs all cases of some kinds under all rules. Returns the violations, and the text outside of
/// blocks.
fn look_at(kinds: &[Kind]) -> (Faults, BTreeSet<String>) {
    let cases: Vec<(&Kind, &Case)> = kinds
        .iter()
        .flat_map(|kind| kind.cases.iter().map(move |case| (kind, case)))
        .collect();
    let seen: Vec<Seen<'_>> = thread::scope(|scope| {
        let quarters = cases.chunks(cases.len().div_ceil(4));
        let runs: Vec<_> = quarters
            .map(|quarter| scope.spawn(move || quarter.iter().map(|(kind, case)| Seen::of(kind, case)).collect()))
            .collect();
        let runs = runs.into_iter().map(|run| run.join().unwrap());
        runs.flat_map(|seen: Vec<Seen<'_>>| seen).collect()
    });
    if env::var_os("UPDATE_INJECTIONS").is_some() {
        for kind in kinds {
            let of = seen.iter().filter(|seen| seen.kind.name() == kind.name());
            let of: Vec<_> = of
                .map(|seen| (seen.case.name.as_str(), seen.usual.clone(), seen.strict.clone()))
                .collect();
            kind.write(&of);
        }
    }
    let mut outside = BTreeSet::new();
    let mut faults = Faults::new();
    for seen in seen {
        faults.extend(seen.faults);
        outside.extend(seen.outside);
    }
    (faults, outside)
}

/// The results of a case under all rules.
struct Seen<'k> {
    kind: &'k Kind,
    case: &'k Case,
    usual: Expected,
    strict: Expected,
    faults: Faults,
    outside: BTreeSet<String>,
}

impl<'k> Seen<'k> {
    fn of(kind: &'k Kind, case: &'k Case) -> Self {
        let mut faults = Faults::new();
        let mut outside = BTreeSet::new();
        let mut look = |rules| {
            let done = run(case, rules);
            let here = format!("{}/{}", kind.name(), case.name);
            let found = self::faults(case, rules, &done);
            faults.extend(found.iter().map(|fault| format!("{here}: {fault}")));
            outside.extend(own_words(&done));
            done.seen
        };
        let usual = look(Rules::Usual);
        let strict = look(Rules::StrictAndApproved);
        if !strict.asked.is_empty() {
            look(Rules::StrictAndAlone);
        }
        Self {
            kind,
            case,
            usual,
            strict,
            faults,
            outside,
        }
    }
}

/// The name of the kind that only strict taint contains.
const LAUNDERING: &str = "laundering";

#[test]
fn every_injection_is_contained() {
    let mut kinds = Kind::all();
    kinds.retain(|kind| kind.name() != LAUNDERING);
    let (faults, outside) = look_at(&kinds);
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    // The expected effects reveal nothing: all arguments are literals of the attacker or of the
    // first program.
    for (kind, case) in kinds
        .iter()
        .flat_map(|kind| kind.cases.iter().map(move |case| (kind, case)))
    {
        for taint in [Taint::Usual, Taint::Strict] {
            let effects = case.expected(taint).effects;
            let told = effects.iter().find(|effect| !case.is_written_out(effect));
            assert_eq!(told, None, "{}/{}", kind.name(), case.name);
        }
    }
    // The text that root models saw outside of blocks, for all contexts.
    let outside: Vec<String> = outside.into_iter().collect();
    insta::assert_snapshot!("outside-of-blocks", outside.join("\n"));
}

/// Checks text that a model writes itself, or chooses depending on its input. Under usual taint it
/// gets out. Under strict taint, written text requires an approval that shows the whole call, and
/// chosen text is rejected.
#[test]
fn laundered_text_is_contained_only_by_strict_taint() {
    let mut kinds = Kind::all();
    kinds.retain(|kind| kind.name() == LAUNDERING);
    let (faults, _) = look_at(&kinds);
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    for case in kinds.iter().flat_map(|kind| &kind.cases) {
        let (usual, strict) = (case.expected(Taint::Usual), case.expected(Taint::Strict));
        assert!(
            !usual.effects.is_empty(),
            "{}: expected an effect without strict taint",
            case.name
        );
        assert_eq!(
            strict.effects, strict.asked,
            "{}: expected approval for each effect",
            case.name
        );
        let is_refused = strict.effects.is_empty() && strict.refused == ["tool_condition"];
        let is_asked = strict.effects == usual.effects && strict.refused.is_empty();
        assert!(is_refused || is_asked, "{}: {strict:?}", case.name);
        // Calls that are chosen, not written down, can't be approved.
        assert_eq!(is_asked, case.writes_down(), "{}", case.name);
    }
}

/// Returns the lines outside of blocks, with numbers replaced.
fn own_words(done: &Done) -> BTreeSet<String> {
    let told = done.root_calls.iter().flat_map(|call| {
        let messages = call.request.messages.iter();
        let told = messages.filter(|message| message.role == Role::User);
        told.map(move |message| parted(call, &message.content()).0)
    });
    let lines = told.flat_map(|text| {
        text.lines()
            .map(|line| NUMBER.replace_all(line, "N").into_owned())
            .collect::<Vec<_>>()
    });
    lines.filter(|line| !line.trim().is_empty()).collect()
}

#[test]
fn injection_count_matches_the_security_page() {
    let kinds = Kind::all();
    let contained = kinds.iter().filter(|kind| kind.name() != LAUNDERING);
    let (mut count, mut names) = (0, BTreeSet::new());
    for kind in contained.clone() {
        count += kind.cases.len();
        names.extend(kind.cases.iter().map(|case| (kind.name(), &case.name)));
    }
    assert_eq!(names.len(), count, "duplicate name");
    let kinds = contained.count();
    assert!(count >= 60 && kinds >= 8, "{count} of {kinds} kinds");
    let said = format!("{count} texts of {kinds} kinds");
    assert!(super::security().contains(&said), "not in SECURITY.md: {said}");
}

//! One of each failure, so that all of them are looked at: as people read them, and as the guide (`docs/errors.md`) wants them.
//!
//! A new variant without a line here does not compile.

use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;

use rlm_adapters::SpecError;
use rlm_cache::CacheError;
use rlm_context::ContextError;
use rlm_core::{ReplayError, RunError};
use rlm_store::{Kind, StoreError};
use rlm_tools::ToolError;
use rlm_trace::{ReadError, WriteError};

use super::Failure;

/// Lists samples by variant; one that stands in no pattern does not compile.
macro_rules! samples {
    ($error:ty: $($pattern:pat => [$($sample:expr),* $(,)?],)+) => {{
        #[allow(clippy::match_same_arms, reason = "each variant stands by itself")]
        const fn is_listed(error: &$error) {
            match error {
                $($pattern => {})+
            }
        }
        let samples: Vec<$error> = vec![$($($sample,)*)+];
        samples.iter().for_each(is_listed);
        samples
    }};
}

fn path() -> PathBuf {
    PathBuf::from("notes/a.txt")
}

fn io() -> io::Error {
    io::Error::other("permission denied")
}

fn text(text: &str) -> String {
    text.to_owned()
}

/// What the command line itself says.
fn own() -> Vec<Failure> {
    use Failure as F;
    samples!(Failure:
        F::ReadQuestion { .. } => [F::ReadQuestion { path: path(), cause: io() }],
        F::StateFile { .. } => [F::StateFile { path: path(), detail: text("it holds no session") }],
        F::StateInUse { .. } => [F::StateInUse { path: path() }],
        F::SessionInput => [F::SessionInput],
        F::JobFolder { .. } => [F::JobFolder { path: path(), cause: io() }],
        F::JobArguments { .. } => [F::JobArguments { detail: text("it was not submitted by `rlm job submit`") }],
        F::Questions { .. } => [F::Questions { path: path(), detail: text("line 3: its question is empty") }],
        F::Answers { .. } => [F::Answers { path: path(), number: 3 }],
        F::AnswersInUse { .. } => [F::AnswersInUse { path: path() }],
        F::ReadProgram { .. } => [F::ReadProgram { path: path(), cause: io() }],
        F::Cases { .. } => [F::Cases { path: path(), detail: text("there is no case in it; `rlm record RUN` makes one") }],
        F::Case { .. } => [F::Case { path: path(), line: 3, detail: text("unknown key `contain`; did you mean `contains`?") }],
        F::NotRecorded { .. } => [F::NotRecorded { path: path() }],
        F::Snapshot { .. } => [F::Snapshot { path: path(), cause: io() }],
        F::Task { .. } => [F::Task { path: path(), detail: text("it has no question") }],
        F::Schema { .. } => [F::Schema { path: path(), detail: text("expected value at line 1 column 1") }],
        F::ReadInstructions { .. } => [F::ReadInstructions { path: path(), cause: io() }],
        F::PromptsThere { .. } => [F::PromptsThere { path: path(), files: vec![text("root-system.md")] }],
        F::WritePrompts { .. } => [F::WritePrompts { path: path(), cause: io() }],
        F::WriteProgram { .. } => [F::WriteProgram { path: path(), cause: io() }],
        F::StandardInputTwice => [F::StandardInputTwice],
        F::StandardInput { .. } => [F::StandardInput { cause: io() }],
        F::StandardInputTooLong { .. } => [F::StandardInputTooLong { most: 1 << 30 }],
        F::KeepStandardInput { .. } => [F::KeepStandardInput { path: path(), cause: io() }],
        F::NoModel { .. } => [F::NoModel { looked_for: vec!["RLM_MODEL", "OPENAI_API_KEY"], remark: None }],
        F::EnvironmentFile { .. } => [F::EnvironmentFile { path: path(), cause: io() }],
        F::ModelsFile { .. } => [F::ModelsFile { path: path(), detail: text("line 2: there is no flag `modle`") }],
        F::Variable { .. } => [F::Variable { variable: "RLM_CACHE", value: text("\u{1b}x"), advice: "write a folder, or `off`" }],
        F::ContextUnknown { .. } => ["20261121-034755-k3f9x2".parse().map(|run| F::ContextUnknown { run }).unwrap()],
        F::ContextMoved { .. } => [F::ContextMoved { document: text("a.txt"), digest: text("b3:1f2e"), path: path() }],
        F::NoCall { .. } => [F::NoCall { call: text("2.1.0"), run: text("20261121-034755-k3f9x2") }],
        // Budgets, and requests that journals do not hold, have snapshots where they are met.
        F::QuestionBudget { .. } | F::Request(_) => [],
        F::CallFailed(_) => [F::CallFailed(
            rlm_model::ModelError::new(rlm_model::ModelErrorKind::NoReply, "the model gave no reply").with_hint("ask another model"),
        )],
        F::Bundle { .. } => [F::Bundle { path: path(), cause: io() }],
        F::KeyWithin { .. } => [F::KeyWithin { variable: text("OPENAI_API_KEY") }],
        F::NoAnswer { .. } => [F::NoAnswer { run: text("20261121-034755-k3f9x2") }],
        F::NoHome => [F::NoHome],
        F::ConfigurationThere { .. } => [F::ConfigurationThere { path: path() }],
        F::WriteConfiguration { .. } => [F::WriteConfiguration { path: path(), cause: io() }],
        F::Report { .. } => [F::Report { path: path(), cause: io() }],
        F::AnswerFile { .. } => [F::AnswerFile { path: path(), cause: io() }],
        F::Output { .. } => [F::Output { cause: io() }],
        F::NoTerminal { .. } => [F::NoTerminal { what: "--tui" }],
        F::Terminal { .. } => [F::Terminal { cause: io() }],
        F::Start { .. } => [F::Start { cause: io() }],
        // Those of other crates stand below.
        F::Prompt(_) | F::Context(_) | F::Run(_) | F::Model(_) | F::Tool(_) | F::Cache(_) | F::Store(_) => [],
        F::WriteJournal(_) | F::ReadJournal(_) | F::Replay(_) => [],
    )
}

/// What other crates say of files, runs and journals.
fn of_records() -> Vec<Failure> {
    let store = samples!(StoreError:
        StoreError::Folder { .. } => [StoreError::Folder { path: path(), source: io() }],
        StoreError::List { .. } => [StoreError::List { path: path(), source: io() }],
        StoreError::Exists { .. } => ["20261121-034755-k3f9x2".parse().map(|id| StoreError::Exists { id }).unwrap()],
        StoreError::Journal(_) => [],
        StoreError::NoRuns { .. } => [StoreError::NoRuns { path: path() }],
        StoreError::NotFound { .. } => [StoreError::NotFound { text: text("lats"), near: Vec::new() }],
        StoreError::Ambiguous { .. } => [StoreError::Ambiguous { text: text("2026"), matches: Vec::new(), count: 2 }],
        StoreError::BadName { .. } => [StoreError::BadName { kind: Kind::Session, name: text("../up") }],
        StoreError::NameTaken { .. } => [StoreError::NameTaken { kind: Kind::Session, name: text("land") }],
        StoreError::NoSuchName { .. } => [
            StoreError::NoSuchName { kind: Kind::Session, name: text("lan"), near: vec![text("land")] },
            StoreError::NoSuchName { kind: Kind::Job, name: text("lan"), near: Vec::new() },
            StoreError::NoSuchName { kind: Kind::Batch, name: text("lan"), near: Vec::new() },
        ],
        StoreError::InUse { .. } => [StoreError::InUse { kind: Kind::Session, name: text("land"), by: None }],
        StoreError::Record { .. } => [StoreError::Record { path: path(), detail: text("it is no JSON") }],
        StoreError::WriteRecord { .. } => [StoreError::WriteRecord { path: path(), source: io() }],
        StoreError::Clock => [StoreError::Clock],
    );
    let cache = samples!(CacheError:
        CacheError::NotAFolder { .. } => [CacheError::NotAFolder { path: path() }],
        CacheError::Busy { .. } => [CacheError::Busy { folder: path() }],
        CacheError::NotACache { .. } => [CacheError::NotACache { folder: path() }],
        CacheError::Read { .. } => [CacheError::Read { folder: path(), detail: text("permission denied") }],
        CacheError::Write { .. } => [CacheError::Write { folder: path(), detail: text("permission denied") }],
    );
    let read = vec![
        ReadError::Open {
            path: path(),
            source: io(),
        },
        ReadError::Read {
            path: path(),
            line: 3,
            source: io(),
        },
        ReadError::NotAJournal { path: path() },
        ReadError::Version { path: path(), found: 9 },
        ReadError::LineTooLong {
            path: path(),
            line: 3,
            allowed: 1 << 26,
        },
    ];
    let write = vec![
        WriteError::Exists { path: path() },
        WriteError::InUse { path: path() },
        WriteError::Folder {
            path: path(),
            source: io(),
        },
        WriteError::Create {
            path: path(),
            source: io(),
        },
        WriteError::Write {
            path: path(),
            source: io(),
        },
        WriteError::Broken { path: path() },
        WriteError::TooLong {
            kind: text("settled"),
            bytes: 2,
            allowed: 1,
        },
        WriteError::Otherwise {
            detail: text("call 2.1.0 is not the same"),
        },
    ];
    let store = store.into_iter().map(Failure::Store);
    let cache = cache.into_iter().map(Failure::Cache);
    let read = read.into_iter().map(Failure::ReadJournal);
    let write = write.into_iter().map(Failure::WriteJournal);
    store.chain(cache).chain(read).chain(write).collect()
}

/// What other crates say of questions, contexts, models and tools. Limits, prompts and files of models have snapshots where they are
/// made.
fn of_runs() -> Vec<Failure> {
    let context = vec![
        ContextError::EmptyPath { given: text("a=") },
        ContextError::NotFound { path: path() },
        ContextError::Unreadable {
            path: path(),
            cause: io(),
        },
        ContextError::Binary { path: path() },
        ContextError::Endless {
            path: path(),
            expected: 10,
        },
        ContextError::Empty { given: text("a.txt") },
        ContextError::NoFiles {
            given: text("docs"),
            skipped: 2,
            first: None,
        },
        ContextError::NoMatches { pattern: text("*.rst") },
        ContextError::InvalidGlob {
            pattern: text("[a"),
            reason: text("unclosed character class"),
        },
        ContextError::DuplicateName { name: "a.txt".into() },
        ContextError::NoStandardInput,
        ContextError::InvalidJson {
            name: text("rows.json"),
            reason: text("expected value"),
            line: 1,
            column: 1,
        },
    ];
    let run = vec![
        RunError::EmptyQuestion,
        RunError::QuestionTooLong { bytes: 1 << 21 },
        RunError::EmptyContext,
        RunError::ContextTooLong {
            chars: 9_000,
            most: 8_000,
        },
        RunError::Setting {
            name: "steps",
            detail: text("it is 0"),
        },
        RunError::NotDirect {
            reason: text("the context has 9,000 tokens, more than the window"),
        },
        RunError::NoSuchTool {
            name: "ordres".into(),
            known: vec![text("orders")],
        },
        RunError::Runtime { source: io() },
        RunError::Machine {
            turn: 2,
            detail: text("it was lost in an earlier turn"),
        },
    ];
    let replay = vec![
        ReplayError::NoStart,
        ReplayError::Settings {
            detail: text("missing field `limits`"),
        },
        ReplayError::Context {
            detail: text("a.txt has another digest"),
        },
        ReplayError::Complete,
        ReplayError::StillLimited {
            detail: text("MaxStepsExceeded"),
        },
        ReplayError::ToolFailed {
            detail: text("orders is gone"),
        },
        ReplayError::OtherModel {
            recorded: text("openai:a"),
            given: text("openai:b"),
        },
        ReplayError::Tools {
            missing: vec!["orders".into()],
            different: Vec::new(),
        },
        ReplayError::NoSuchStep { at: 9, steps: 3 },
        ReplayError::SentBefore {
            name: "root-system".into(),
            at: 2,
        },
    ];
    let tool = vec![
        ToolError::Command {
            command: text("a'b"),
            detail: "a quote is open",
        },
        ToolError::Start {
            program: text("orders"),
            detail: text("no such file"),
        },
        ToolError::Description {
            name: text("orders"),
            detail: text("it is no JSON"),
        },
        ToolError::Server {
            program: text("shop"),
            detail: text("it ended"),
        },
        ToolError::Gone {
            name: text("orders"),
            detail: text("it ended"),
        },
    ];
    let model = vec![
        SpecError::UnknownPrefix {
            text: text("opnai:x"),
            advice: text("did you mean `openai:NAME`?"),
        },
        SpecError::NothingNamed { form: "openai:NAME" },
        SpecError::NothingFollows { rest: text("x") },
        SpecError::MissingKey {
            server: text("api.openai.com"),
            looked_for: text("OPENAI_API_KEY"),
            otherwise: "",
        },
        SpecError::MissingNamedKey {
            named_by: text("--api-key-env"),
            variable: text("MY_KEY"),
        },
        SpecError::Entry {
            name: text("fast"),
            detail: text("there is no adapter `opnai`"),
        },
    ];
    let context = context.into_iter().map(Failure::Context);
    let run = run.into_iter().map(Failure::Run);
    let replay = replay.into_iter().map(Failure::Replay);
    let tool = tool.into_iter().map(Failure::Tool);
    let model = model.into_iter().map(Failure::Model);
    context.chain(run).chain(replay).chain(tool).chain(model).collect()
}

fn all() -> Vec<Failure> {
    own().into_iter().chain(of_records()).chain(of_runs()).collect()
}

#[test]
fn failures_as_people_read_them() {
    let lines = all().iter().fold(String::new(), |mut lines, failure| {
        let _ = writeln!(lines, "{}: {}", failure.code(), failure.line());
        lines
    });
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("failures", lines);
    });
}

#[test]
fn failures_are_as_the_guide_wants_them() {
    let mut wrong = Vec::new();
    for failure in all() {
        let (line, said) = (failure.line(), failure.to_string());
        let begins = said.chars().next().unwrap_or(' ');
        let is_name = said
            .split([' ', ':'])
            .next()
            .is_some_and(|word| word.contains(char::is_lowercase) && word.ends_with("Exceeded"));
        let mut find = |is_wrong: bool, what: &str| {
            if is_wrong {
                wrong.push(format!("{}: {what}: {line}", failure.code()));
            }
        };
        find(
            line.contains(char::is_control),
            "it is one line, and nothing in it is obeyed",
        );
        find(begins.is_uppercase() && !is_name, "it begins in lower case");
        find(line.ends_with(['.', '!']), "it ends without a full stop");
        find(
            ["Some(", "None", "Os {", "Error {", "Custom {"]
                .iter()
                .any(|debug| line.contains(debug)),
            "it is for people",
        );
        let says_it_itself = matches!(
            failure,
            Failure::Variable { .. }
                | Failure::Cases { .. }
                | Failure::Case { .. }
                | Failure::Model(_)
                | Failure::Cache(CacheError::NotAFolder { .. } | CacheError::Busy { .. })
        );
        find(failure.hint().is_none() && !says_it_itself, "it says what to do");
        find(
            !failure
                .code()
                .chars()
                .all(|char| char.is_ascii_lowercase() || char == '_'),
            "its code is in snake case",
        );
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// `UPDATE_SCHEMAS=1` writes the page anew, as it does the schemas.
#[test]
fn the_page_of_codes_is_current() {
    let mut rows: Vec<_> = all()
        .iter()
        .map(|failure| {
            let cell = |text: &str| text.replace('|', "\\|");
            let hint = failure.hint().unwrap_or_else(|| "the message says it".to_owned());
            let exit = failure.exit_code();
            format!(
                "| `{}` | {exit} | {} | {} |",
                failure.code(),
                cell(&super::one_line(&failure.to_string())),
                cell(&hint)
            )
        })
        .collect();
    rows.sort();
    rows.dedup_by_key(|row| row.split('|').nth(1).map(str::to_owned));
    let page = format!(
        "# Codes of errors\n\nWritten from the code's own errors by `just schemas`. The code stands in the field `error.code` of `--json` and stays; the \
         words beside it may change.\n\n| code | exit | such as | what to do |\n|---|---|---|---|\n{}\n",
        rows.join("\n")
    );
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/error-codes.md");
    if std::env::var_os("UPDATE_SCHEMAS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(kept, page, "{} is stale: `just schemas` writes it anew", path.display());
}

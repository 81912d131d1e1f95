//! Sample errors about the inputs of a run: prompts, models, tools and a context.

use rlm_adapters::{ApiKeyError, BaseUrlError, EndpointError, FakeError, FakeModel, GenericError, ModelSpec};
use rlm_adapters::{RecordingError, ServiceAccountError, SpecError};
use rlm_context::{ContextError, ExtractError, FileState, GitProblem, SpecialFile};
use rlm_prompt::{PromptError, PromptPlace};
use rlm_tools::ToolError;
use sift_text::TextTooLong;

use super::{io, path, text};
use crate::failure::Failure;

pub(super) fn all() -> Vec<Failure> {
    let prompts = prompts().into_iter().map(Failure::Prompt);
    let context = context().into_iter().map(Failure::Context);
    let models = models().into_iter().map(Failure::Model);
    let tools = tools().into_iter().map(Failure::Tool);
    prompts.chain(context).chain(models).chain(tools).collect()
}

pub(super) fn prompts() -> Vec<PromptError> {
    use PromptError as E;
    let place = || PromptPlace {
        name: "root-system".into(),
        path: Some("prompts/root-system.md".into()),
        line: Some(7),
    };
    let near = || text("; did you mean `root-system`?");
    let (variable, known) = (text("stepz"), text("steps, question"));
    samples!(PromptError:
        E::Read { .. } => [E::Read { path: path(), detail: text("permission denied") }],
        E::UnknownFile { .. } => [E::UnknownFile { path: "prompts/rot-system.md".into(), near: near() }],
        E::NoPrompts { .. } => [E::NoPrompts { path: "prompts".into() }],
        E::TooLong { .. } => [E::TooLong { place: place(), bytes: 1 << 20 }],
        E::FrontMatter { .. } => [E::FrontMatter { place: place(), detail: text("`budget` is not a number") }],
        E::Template { .. } => [E::Template { place: place(), detail: text("unexpected end of block") }],
        E::UnknownVariable { .. } => [E::UnknownVariable { place: place(), variable, known }],
        E::OverBudget { .. } => [E::OverBudget { place: place(), budget: 900, tokens: 1_200, example: "with all tools" }],
        E::Missing { .. } => [E::Missing { name: "root-system".into() }],
        E::UnknownPrompt { .. } => [E::UnknownPrompt { name: "rot-system".into(), near: near() }],
        E::Render { .. } => [E::Render { place: place(), detail: text("division by zero") }],
    )
}

fn context() -> Vec<ContextError> {
    use ContextError as E;
    samples!(ContextError:
        E::EmptyPath { .. } => [E::EmptyPath { given: text("a=") }],
        E::NotFound { .. } => [E::NotFound { path: path() }],
        E::Unreadable { .. } => [E::Unreadable { path: path(), cause: io() }],
        E::NotAFile { .. } => [E::NotAFile { path: path(), kind: SpecialFile::Pipe }],
        E::Binary { .. } => [E::Binary { path: path() }],
        E::NoText { .. } => [E::NoText { path: path(), cause: ExtractError::Locked }],
        E::Unpacked { .. } => [E::Unpacked { limit: 512 << 20 }],
        E::Endless { .. } => [E::Endless { path: path(), expected: 10 }],
        E::Changed { .. } => [changed()],
        E::ImageChanged { .. } => [E::ImageChanged { path: path() }],
        E::Empty { .. } => [E::Empty { given: text("a.txt") }],
        E::NoFiles { .. } => [E::NoFiles { given: text("docs"), skipped: 2, first: None }],
        E::NoMatches { .. } => [E::NoMatches { pattern: text("*.rst") }],
        E::InvalidGlob { .. } => [E::InvalidGlob { pattern: text("[a"), reason: text("unclosed character class") }],
        E::DuplicateName { .. } => [E::DuplicateName { name: "a.txt".into() }],
        E::NoStandardInput => [E::NoStandardInput],
        E::InvalidJson { .. } => [
            E::InvalidJson { name: text("rows.json"), reason: text("expected value"), line: 1, column: 1 },
        ],
        E::Git { .. } => [
            E::Git { revision: text("v2"), folder: ".".into(), problem: GitProblem::NoRevision },
        ],
        E::TooLong(_) => [E::TooLong(TextTooLong { bytes: usize::MAX })],
    )
}

/// Returns a sample of the error for a context file that is modified during a run.
pub(super) fn changed() -> ContextError {
    let state = |bytes| FileState { bytes, modified: None };
    ContextError::Changed {
        path: path(),
        then: state(900),
        now: state(870),
    }
}

fn models() -> Vec<SpecError> {
    use SpecError as E;
    let unknown = || "opnai:x".parse::<ModelSpec>().unwrap_err();
    let own = samples!(SpecError:
        E::UnknownPrefix { .. } => [unknown()],
        E::MissingName { .. } => [E::MissingName { form: "openai:NAME".into() }],
        E::MissingScheme { .. } => [E::MissingScheme { form: text("compat:m@http://localhost:8000") }],
        E::NothingFollows { .. } => [E::NothingFollows { rest: text("x") }],
        E::ReplayPace { .. } => [E::ReplayPace { text: text("speed=fast") }],
        E::MissingKey { .. } => [
            E::MissingKey { server: text("api.openai.com"), looked_for: text("OPENAI_API_KEY"), otherwise: "" },
        ],
        E::MissingNamedKey { .. } => [
            E::MissingNamedKey { named_by: text("--api-key-env"), variable: text("MY_KEY") },
        ],
        E::MissingVariable { .. } => [
            E::MissingVariable { what: text("Google Cloud project"), variables: "GOOGLE_CLOUD_PROJECT" },
        ],
        E::Key { .. } => [
            E::Key { variable: text("OPENAI_API_KEY"), cause: EndpointError::Key(ApiKeyError::Empty) },
        ],
        E::BaseUrl { .. } => [E::BaseUrl { variable: text("LLM_BASE_URL"), cause: BaseUrlError::Scheme }],
        E::Entry { .. } => [
            E::Entry { name: text("fast"), detail: text("reads the header `x-team` from TEAM_KEY, which is not set") },
        ],
        E::UndefinedCommand { .. } => [E::UndefinedCommand { name: text("agent") }],
        // Their samples are added below.
        E::ServiceAccount(_) | E::Generic(_) | E::Fake(_) | E::Replay(_) => [],
    );
    let accounts = accounts().into_iter().map(E::ServiceAccount);
    let files = generic()
        .into_iter()
        .map(E::Generic)
        .chain(fake().into_iter().map(E::Fake));
    let journals = samples!(RecordingError:
        // An error of reading a journal, whose code differs here.
        RecordingError::Read(_) => [RecordingError::Read(rlm_trace::ReadError::NotAJournal { path: path() })],
        RecordingError::NoCalls => [RecordingError::NoCalls],
        RecordingError::Withheld => [RecordingError::Withheld],
    );
    let journals = journals.into_iter().map(E::Replay);
    own.into_iter().chain(accounts).chain(files).chain(journals).collect()
}

fn accounts() -> Vec<ServiceAccountError> {
    use ServiceAccountError as E;
    samples!(ServiceAccountError:
        E::Read { .. } => [E::Read { path: path(), cause: io() }],
        E::Shape => [E::Shape],
        E::Key => [E::Key],
        E::TokenUri { .. } => [E::TokenUri { cause: BaseUrlError::NotAUrl }],
        E::Open => [E::Open],
    )
}

fn generic() -> Vec<GenericError> {
    use GenericError as E;
    samples!(GenericError:
        E::Read { .. } => [E::Read { path: path(), cause: io() }],
        E::Form { .. } => [
            E::Form { path: path(), detail: text("invalid header name in `key_header`: `x y`") },
        ],
        E::BaseUrl { .. } => [E::BaseUrl { path: path(), cause: BaseUrlError::Query }],
    )
}

fn fake() -> Vec<FakeError> {
    use FakeError as E;
    let said_of = |json: &str| FakeModel::from_json("fake", json).err().unwrap();
    samples!(FakeError:
        E::Read { .. } => [E::Read { path: path(), cause: io() }],
        E::Form(_) => [said_of(r#"{"rulez": []}"#)],
        E::NoResponse { .. } => [said_of(r#"{"rules": [{"match": "Who"}]}"#)],
        E::Pattern { .. } => [said_of(r#"{"rules": [{"match": "(", "reply": "me"}]}"#)],
        E::Template { .. } => [said_of(r#"{"rules": [{"match": "Who", "reply": "\\1"}]}"#)],
        E::UnknownKind { .. } => [said_of(r#"{"rules": [{"match": "Who", "fail": {"kind": "sleepy"}}]}"#)],
    )
}

fn tools() -> Vec<ToolError> {
    use ToolError as E;
    let (name, detail) = (|| text("orders"), || text("the process ended"));
    samples!(ToolError:
        E::Command { .. } => [E::Command { command: text("a'b"), detail: "unclosed quote" }],
        E::Start { .. } => [E::Start { program: name(), detail: text("no such file") }],
        E::Description { .. } => [E::Description { name: name(), detail: text("invalid JSON") }],
        E::Server { .. } => [E::Server { program: text("shop"), detail: detail() }],
        E::NotInThisBuild => [E::NotInThisBuild],
        E::Disconnected { .. } => [E::Disconnected { name: name(), detail: detail() }],
        E::Failed { .. } => [E::Failed { name: name(), message: text("no such table") }],
        E::NotJson { .. } => [E::NotJson { name: name(), detail: text("expected value at line 1 column 1") }],
        E::TooLarge { .. } => [E::TooLarge { name: name() }],
        E::Timeout { .. } => [E::Timeout { name: name(), seconds: 30 }],
    )
}

//! Model strings, such as `openai:gpt-5.1` or `fake:rules.json`.

use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::entry::ModelEntry;
use crate::exec::ExecEntry;
use crate::provider_name::ProviderName;
use crate::services::SERVICES;
use crate::{
    BaseUrl, BaseUrlError, EndpointError, FakeError, GenericError, RecordingError, ReplayPace, ServiceAccountError,
};

/// The prefixes of model strings, each with its full form. Those of [`SERVICES`] follow.
const PREFIXES: [(&str, &str); 14] = [
    ("openai", "openai:NAME"),
    ("responses", "responses:NAME"),
    ("anthropic", "anthropic:NAME"),
    ("openrouter", "openrouter:NAME"),
    ("azure", "azure:DEPLOYMENT"),
    ("vertex", "vertex:NAME"),
    ("ollama", "ollama:NAME"),
    ("compat", COMPAT),
    ("generic", "generic:FILE"),
    ("fake", "fake:FILE"),
    ("replay", "replay:JOURNAL"),
    ("mailbox", "mailbox:DIR"),
    ("search", "search"),
    ("extractive", "extractive"),
];

const COMPAT: &str = "compat:NAME@URL";

/// Names by which other tools know a provider, each with its prefix here.
const OTHER_NAMES: [(&str, &str); 15] = [
    ("ai-gateway", "vercel"),
    ("claude", "anthropic"),
    ("gateway", "vercel"),
    ("google", "gemini"),
    ("googleai", "gemini"),
    ("gpt", "openai"),
    ("grok", "xai"),
    ("hosted_vllm", "vllm"),
    ("llama-cpp", "llamacpp"),
    ("llama-server", "llamacpp"),
    ("llama.cpp", "llamacpp"),
    ("lm-studio", "lmstudio"),
    ("lm_studio", "lmstudio"),
    ("together_ai", "together"),
    ("vertex_ai", "vertex"),
];

/// Returns all prefixes of model strings, each with its full form.
fn forms() -> impl Iterator<Item = (&'static str, Cow<'static, str>)> {
    let own = PREFIXES.iter().map(|(prefix, form)| (*prefix, Cow::Borrowed(*form)));
    let services = SERVICES
        .iter()
        .map(|service| (service.prefix(), Cow::Owned(format!("{}:NAME", service.prefix()))));
    own.chain(services)
}

/// Returns the form of the model string that a user probably meant by a prefix.
fn nearest_form(prefix: &str) -> Option<Cow<'static, str>> {
    let prefix = prefix.to_lowercase();
    let known = OTHER_NAMES.iter().find(|(other, _)| *other == prefix);
    if let Some((_, prefix)) = known {
        return forms().find(|(form, _)| form == prefix).map(|(_, form)| form);
    }
    // Two changes turn a short name into almost any other.
    let most = if prefix.len() < 5 { 1 } else { 2 };
    let distances = forms().map(|(known, form)| (strsim::damerau_levenshtein(known, &prefix), form));
    let near = distances.filter(|(distance, _)| *distance <= most);
    near.min_by_key(|(distance, _)| *distance).map(|(_, form)| form)
}

/// A parsed model string, which specifies the model to create.
///
/// ```
/// use rlm_adapters::{ModelSpec, ProviderName, SpecError};
///
/// assert_eq!(ModelSpec::parse("openai:gpt-5-mini")?, ModelSpec::provider(ProviderName::OpenAi, "gpt-5-mini"));
/// let served = ModelSpec::parse("compat:qwen3-32b@http://127.0.0.1:8000/v1")?;
/// assert!(matches!(served, ModelSpec::Compat { model, .. } if model == "qwen3-32b"));
/// assert!(matches!(ModelSpec::parse("opnai:gpt-5-mini"), Err(SpecError::UnknownPrefix { .. })));
/// # Ok::<(), SpecError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum ModelSpec {
    /// A model of a known provider.
    Provider {
        /// The provider of the model.
        provider: ProviderName,
        /// The name of the model at the provider.
        model: String,
    },
    /// A model of a compatible chat-completions server.
    Compat {
        /// The name of the model at the server.
        model: String,
        /// The base URL of the server.
        base_url: BaseUrl,
    },
    /// A model with a custom protocol that a TOML file describes.
    Generic {
        /// The path of the protocol's description.
        file: PathBuf,
    },
    /// A model that the user has configured under a name.
    Configured {
        /// The name under which the user configured the model.
        name: String,
        /// The user's configuration of the model.
        entry: Box<ModelEntry>,
    },
    /// A command that the user has configured under a name. No model string contains the command.
    Exec {
        /// The name under which the user configured the command.
        name: String,
        /// The user's configuration of the command.
        entry: Box<ExecEntry>,
    },
    /// A fake model with scripted replies.
    Fake {
        /// The path of the file with the script and the rules.
        file: PathBuf,
    },
    /// A model that answers from a recorded run.
    Replay {
        /// The path of the recorded run's journal.
        journal: PathBuf,
        /// The pace of the replies. `None` for replies without delay.
        pace: Option<ReplayPace>,
    },
    /// A model whose replies are written by hand, as files in a folder.
    Mailbox {
        /// The path of the mailbox folder.
        folder: PathBuf,
    },
    /// A keyword search that takes the place of a model.
    Search,
}

impl ModelSpec {
    /// Parses a model string such as `openai:NAME`.
    ///
    /// # Errors
    /// [`SpecError`] if the model string is invalid.
    pub fn parse(text: &str) -> Result<Self, SpecError> {
        let text = text.trim();
        let (prefix, rest) = text.split_once(':').unwrap_or((text, ""));
        let form = || forms().find(|(known, _)| *known == prefix).map(|(_, form)| form);
        match (prefix, rest) {
            // `extractive` is its former name.
            ("search" | "extractive", "") => return Ok(Self::Search),
            ("search" | "extractive", rest) => return Err(SpecError::NothingFollows { rest: rest.to_owned() }),
            (_, "") => {
                if let Some(form) = form() {
                    return Err(SpecError::MissingName { form });
                }
            }
            _ => {}
        }
        if let Some(provider) = ProviderName::by_prefix(prefix) {
            return Ok(Self::provider(provider, rest));
        }
        match prefix {
            "compat" => Self::compat(rest),
            "generic" => Ok(Self::Generic { file: rest.into() }),
            "fake" => Ok(Self::Fake { file: rest.into() }),
            "replay" => Self::replay(rest),
            "mailbox" => Ok(Self::Mailbox { folder: rest.into() }),
            // A text that anyone may have written must not start a program.
            ExecEntry::ADAPTER => Err(SpecError::UndefinedCommand {
                name: rest.chars().take(80).collect(),
            }),
            _ => Err(SpecError::unknown(text, prefix)),
        }
    }

    /// Creates the specification of a provider's model.
    #[must_use]
    pub fn provider(provider: ProviderName, model: impl Into<String>) -> Self {
        Self::Provider {
            provider,
            model: model.into(),
        }
    }

    /// Parses the part of a model string after `replay:`.
    fn replay(text: &str) -> Result<Self, SpecError> {
        // The name of a file may contain a question mark.
        let (journal, pace) = match text.rsplit_once('?') {
            Some((journal, pace)) if pace.contains('=') => (journal, Some(pace)),
            _ => (text, None),
        };
        let pace = pace.map(str::parse).transpose();
        Ok(Self::Replay {
            journal: journal.into(),
            pace: pace.map_err(|text| SpecError::ReplayPace { text })?,
        })
    }

    /// Parses the part of a model string after `compat:`. The model's name and the URL may both
    /// contain an `@`.
    fn compat(text: &str) -> Result<Self, SpecError> {
        let missing = || SpecError::MissingName { form: COMPAT.into() };
        let schemes = ["@http://", "@https://"];
        let Some(at) = schemes.iter().filter_map(|scheme| text.find(scheme)).min() else {
            return Err(match text.split_once('@') {
                // Text before a second `@` may be a password.
                Some((model, url)) if !model.is_empty() && !url.is_empty() && !url.contains('@') => {
                    let url = url.trim_start_matches('/');
                    SpecError::MissingScheme {
                        form: format!("compat:{model}@http://{url}"),
                    }
                }
                _ => missing(),
            });
        };
        let (model, url) = text.split_at(at);
        let base_url = url.trim_start_matches('@').parse();
        let base_url = base_url.map_err(|cause| SpecError::BaseUrl {
            variable: "the model string".to_owned(),
            cause,
        })?;
        if model.is_empty() {
            return Err(missing());
        }
        Ok(Self::Compat {
            model: model.to_owned(),
            base_url,
        })
    }
}

impl FromStr for ModelSpec {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        Self::parse(text)
    }
}

impl fmt::Display for ModelSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Provider { provider, model } => write!(f, "{}:{model}", provider.prefix()),
            Self::Compat { model, base_url } => write!(f, "compat:{model}@{base_url}"),
            Self::Generic { file } => write!(f, "generic:{}", file.display()),
            Self::Configured { name, .. } | Self::Exec { name, .. } => f.write_str(name),
            Self::Fake { file } => write!(f, "fake:{}", file.display()),
            Self::Replay { journal, pace } => {
                write!(f, "replay:{}", journal.display())?;
                pace.map_or(Ok(()), |pace| write!(f, "?{pace}"))
            }
            Self::Mailbox { folder } => write!(f, "mailbox:{}", folder.display()),
            Self::Search => f.write_str("search"),
        }
    }
}

/// The error for a model that can't be created. Each message is a single line. A hint is either
/// part of the message or returned by [`hint`](Self::hint).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SpecError {
    /// The prefix of the model string is unknown.
    #[error("unknown model `{text}`; {advice}")]
    UnknownPrefix {
        /// The invalid model string, truncated to 80 characters.
        text: String,
        /// The suggestion of another model string, as the end of the error message.
        advice: String,
    },
    /// The model string has no name after its prefix.
    #[error("model name, URL or file missing; expected `{form}`")]
    MissingName {
        /// The full form of such a model string, for example `openai:NAME`.
        form: Cow<'static, str>,
    },
    /// The URL of a chat-completions server has no scheme.
    #[error("the URL needs http:// or https://; expected `{form}`")]
    MissingScheme {
        /// The expected form of the model string.
        form: String,
    },
    /// Unexpected text follows the prefix of the model string.
    #[error("unexpected `{rest}` after `search`")]
    NothingFollows {
        /// The unexpected text after the prefix.
        rest: String,
    },
    /// The pace of a replay is invalid.
    #[error(
        "invalid pace `{text}` of a replay; expected positive numbers, as in `replay:run.jsonl?speed=10&longest=3`"
    )]
    ReplayPace {
        /// The invalid part of the pace.
        text: String,
    },
    /// The server requires an API key, and none is set.
    #[error("no API key for {server}; set {looked_for}{otherwise}")]
    MissingKey {
        /// The base URL of the server that requires the key.
        server: String,
        /// The names of the environment variables that were checked for a key.
        looked_for: String,
        /// An alternative to setting a key, as the end of the error message. May be empty.
        otherwise: &'static str,
    },
    /// The environment variable that was configured for the API key is not set.
    #[error("no API key: {named_by} names {variable}, which is not set")]
    MissingNamedKey {
        /// The setting that names the environment variable.
        named_by: String,
        /// The environment variable that is not set.
        variable: String,
    },
    /// A required environment variable is not set.
    #[error("missing {what}; set {variables}")]
    MissingVariable {
        /// The missing value without an article, such as "Azure resource".
        what: String,
        /// The environment variables that would set the missing value.
        variables: &'static str,
    },
    /// An API key or a header contains characters that can't be sent. The message does not show the
    /// value.
    #[error("invalid API key in {variable}: {cause}")]
    Key {
        /// The environment variable that contains the key or header.
        variable: String,
        /// The reason why the key or header can't be sent.
        cause: EndpointError,
    },
    /// A base URL is invalid. The message does not show the URL.
    #[error("invalid base URL in {variable}: {cause}")]
    BaseUrl {
        /// The environment variable or setting that contains the base URL.
        variable: String,
        /// The reason why the base URL is invalid.
        cause: BaseUrlError,
    },
    /// The user's configuration of a model is invalid.
    #[error("[models.{name}] {detail}")]
    Entry {
        /// The name under which the user configured the model.
        name: String,
        /// A message that describes what is invalid, with a hint.
        detail: String,
    },
    /// No command is configured under a name.
    #[error("no command `{name}` in your own configuration file")]
    UndefinedCommand {
        /// The name that was looked up, truncated to 80 characters.
        name: String,
    },
    /// The file of a Google service account is invalid.
    #[error(transparent)]
    ServiceAccount(#[from] ServiceAccountError),
    /// The description of a custom protocol is invalid.
    #[error(transparent)]
    Generic(#[from] GenericError),
    /// The definition of a fake model is invalid.
    #[error(transparent)]
    Fake(#[from] FakeError),
    /// The journal of a recorded run can't be replayed.
    #[error(transparent)]
    Replay(#[from] RecordingError),
}

impl SpecError {
    /// Returns the stable code of the error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownPrefix { .. } => "model_unknown",
            Self::UndefinedCommand { .. } => "command_unknown",
            Self::MissingName { .. }
            | Self::MissingScheme { .. }
            | Self::NothingFollows { .. }
            | Self::ReplayPace { .. } => "model_malformed",
            Self::MissingKey { .. } | Self::MissingNamedKey { .. } => "key_missing",
            Self::MissingVariable { .. } => "variable_missing",
            Self::Key { .. } => "key_unusable",
            Self::BaseUrl { .. } => "base_url_unusable",
            Self::Entry { .. } => "model_entry",
            Self::ServiceAccount(_) => "service_account",
            Self::Generic(_) => "generic_model",
            Self::Fake(_) => "fake_model",
            Self::Replay(_) => "replay_model",
        }
    }

    /// Returns a hint at how to fix the error, if the message contains none.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        let hint = match self {
            Self::NothingFollows { .. } => "write only `search`",
            Self::UndefinedCommand { .. } => {
                "define it there as [models.NAME] with `adapter = \"exec\"` and `command = [\"prog\", \"arg\"]`; `rlm config path \
                 --user` prints the file's path"
            }
            Self::MissingNamedKey { .. } => "set it, or name the variable that contains the key",
            Self::Key { .. } => "set it to the key exactly as the provider issued it",
            Self::ServiceAccount(ServiceAccountError::Read { .. }) => {
                "set GOOGLE_APPLICATION_CREDENTIALS to a readable file"
            }
            Self::ServiceAccount(_) => "create a new key for the account, and use its JSON file as is",
            Self::Generic(GenericError::Read { .. }) | Self::Fake(FakeError::Read { .. }) => {
                "name a readable file after the colon"
            }
            Self::Fake(FakeError::Form(_)) => "a fake model is a JSON object with `script`, `rules` or `default_reply`",
            Self::Fake(FakeError::NoResponse { .. }) => "add `reply` or `fail`",
            Self::Fake(FakeError::Pattern { .. }) => "patterns use the syntax of Python's `re`",
            Self::Fake(FakeError::Template { .. }) => "use groups of the pattern, as in Python's `Match.expand`",
            Self::Replay(RecordingError::Read(error)) => error.hint(),
            Self::Replay(RecordingError::NoCalls) => "name the journal of a run that called a model",
            Self::Replay(RecordingError::Withheld) => "name a journal that was recorded with --journal-texts full",
            Self::UnknownPrefix { .. }
            | Self::MissingName { .. }
            | Self::MissingScheme { .. }
            | Self::ReplayPace { .. }
            | Self::MissingKey { .. }
            | Self::MissingVariable { .. }
            | Self::BaseUrl { .. }
            | Self::Entry { .. }
            | Self::Generic(GenericError::Form { .. } | GenericError::BaseUrl { .. })
            | Self::Fake(FakeError::UnknownKind { .. }) => return None,
        };
        Some(hint)
    }

    fn unknown(text: &str, prefix: &str) -> Self {
        let advice = match nearest_form(prefix) {
            Some(form) => format!("did you mean `{form}`?"),
            None => {
                let is_name = |form: &str| form.ends_with(":NAME") || form.ends_with(":DEPLOYMENT");
                let (named, others): (Vec<_>, Vec<_>) = forms().partition(|(_, form)| is_name(form));
                let named: Vec<&str> = named.iter().map(|(prefix, _)| *prefix).collect();
                // That is a former name.
                let others: Vec<&str> = others
                    .iter()
                    .map(|(_, form)| &**form)
                    .filter(|form| *form != "extractive")
                    .collect();
                let expected = format!(
                    "expected {}, or PROVIDER:NAME of {}",
                    others.join(", "),
                    named.join(", ")
                );
                if text.is_empty() {
                    expected
                } else {
                    format!("{expected}; for a chat-completions server use `openai:{text}`")
                }
            }
        };
        Self::UnknownPrefix {
            text: text.chars().take(80).collect(),
            advice,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_provider_has_a_prefix() {
        for provider in ProviderName::ALL {
            let prefix = provider.prefix();
            assert_eq!(forms().filter(|(known, _)| *known == prefix).count(), 1, "{prefix}");
        }
    }
}

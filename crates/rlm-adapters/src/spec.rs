//! Model strings, such as `openai:gpt-5.1` or `fake:rules.json`, and what they stand for.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use rlm_model::Model;
use secrecy::SecretString;

use crate::{
    BaseUrl, BaseUrlError, EndpointError, ExtractiveModel, FakeError, FakeModel, MailboxModel, OpenAiConfig,
    OpenAiModel, ReplayError, ReplayModel, Timeouts,
};

/// The prefixes, each with what follows it.
const PREFIXES: [(&str, &str); 5] = [
    ("openai", "openai:NAME"),
    ("fake", "fake:FILE"),
    ("replay", "replay:JOURNAL"),
    ("mailbox", "mailbox:DIR"),
    ("extractive", "extractive"),
];

/// The variables that may hold a key, in the order of their rank.
const KEY_VARIABLES: [&str; 2] = ["LLM_API_KEY", "OPENAI_API_KEY"];
/// The variables that may hold a base URL, in the order of their rank.
const BASE_URL_VARIABLES: [&str; 2] = ["LLM_BASE_URL", "OPENAI_BASE_URL"];
/// The variables that may name a model, in the order of their rank.
const MODEL_VARIABLES: [&str; 2] = ["RLM_MODEL", "DEFAULT_MODEL"];
/// The model taken where an OpenAI key is all there is.
const OPENAI_DEFAULT_MODEL: &str = "gpt-5.1";

/// Reads a variable of the environment; how, is the caller's business.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Which model to use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModelSpec {
    /// A model of a chat-completions server.
    OpenAi {
        /// The model's name, as the server knows it.
        model: String,
    },
    /// The scripted model of a file.
    Fake {
        /// The file.
        file: PathBuf,
    },
    /// The recorded model of a journal.
    Replay {
        /// The journal.
        journal: PathBuf,
    },
    /// Whoever answers in a folder.
    Mailbox {
        /// The folder.
        folder: PathBuf,
    },
    /// Look-ups without a model.
    Extractive,
}

impl ModelSpec {
    /// Reads a model string.
    ///
    /// # Errors
    /// [`SpecError`], where it names nothing.
    pub fn parse(text: &str) -> Result<Self, SpecError> {
        let text = text.trim();
        let (prefix, rest) = text.split_once(':').unwrap_or((text, ""));
        let missing = |form| Err(SpecError::NothingNamed { form });
        match (prefix, rest) {
            ("openai", "") => missing("openai:NAME"),
            ("fake", "") => missing("fake:FILE"),
            ("replay", "") => missing("replay:JOURNAL"),
            ("mailbox", "") => missing("mailbox:DIR"),
            ("openai", model) => Ok(Self::OpenAi {
                model: model.to_owned(),
            }),
            ("fake", file) => Ok(Self::Fake { file: file.into() }),
            ("replay", journal) => Ok(Self::Replay {
                journal: journal.into(),
            }),
            ("mailbox", folder) => Ok(Self::Mailbox { folder: folder.into() }),
            ("extractive", "") => Ok(Self::Extractive),
            ("extractive", rest) => Err(SpecError::NothingFollows { rest: rest.to_owned() }),
            _ => Err(SpecError::unknown(text, prefix)),
        }
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
            Self::OpenAi { model } => write!(f, "openai:{model}"),
            Self::Fake { file } => write!(f, "fake:{}", file.display()),
            Self::Replay { journal } => write!(f, "replay:{}", journal.display()),
            Self::Mailbox { folder } => write!(f, "mailbox:{}", folder.display()),
            Self::Extractive => f.write_str("extractive"),
        }
    }
}

/// What a user can say beside the model string.
#[derive(Debug, Clone, Default)]
pub struct ResolveOptions {
    /// The variable that holds the key, in the place of the usual ones.
    pub api_key_env: Option<String>,
    /// How long each part of a call may take.
    pub timeouts: Timeouts,
    /// Whether a key that is missing is an error.
    pub keys: Keys,
}

/// Whether a key that is missing is an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Keys {
    /// It is, where the endpoint is known to ask for one.
    #[default]
    Needed,
    /// It is not: nothing will be sent.
    NotNeeded,
}

/// A model can't be had. Each error is one line and names what to do.
#[derive(Debug, thiserror::Error)]
pub enum SpecError {
    /// The part before the colon is none of the known ones.
    #[error("unknown model `{text}`: {advice}")]
    UnknownPrefix {
        /// The model string.
        text: String,
        /// What to write instead.
        advice: String,
    },
    /// Nothing follows the prefix.
    #[error("the model string names nothing: write it as `{form}`")]
    NothingNamed {
        /// The whole form.
        form: &'static str,
    },
    /// Something follows where nothing can.
    #[error("`extractive` takes nothing after it, but got `{rest}`")]
    NothingFollows {
        /// What follows.
        rest: String,
    },
    /// There is no key for a server that wants one.
    #[error("no API key for {base_url}: set {looked_for}, or LLM_BASE_URL to a server that needs none")]
    MissingKey {
        /// The server.
        base_url: String,
        /// The variables.
        looked_for: String,
    },
    /// The variable that was named for the key is not set.
    #[error("no API key: --api-key-env names {variable}, which is not set")]
    MissingNamedKey {
        /// The variable.
        variable: String,
    },
    /// A key can't be sent. It is not shown.
    #[error("the API key in {variable} can't be used: {cause}")]
    Key {
        /// The variable it came from.
        variable: String,
        /// What is wrong with it.
        cause: EndpointError,
    },
    /// A base URL can't be used. It is not shown.
    #[error("the base URL in {variable} can't be used: {cause}")]
    BaseUrl {
        /// The variable it came from.
        variable: String,
        /// What is wrong with it.
        cause: BaseUrlError,
    },
    /// A fake model can't be made.
    #[error(transparent)]
    Fake(#[from] FakeError),
    /// A journal can't be replayed.
    #[error(transparent)]
    Replay(#[from] ReplayError),
}

impl SpecError {
    fn unknown(text: &str, prefix: &str) -> Self {
        let forms = PREFIXES.map(|(_, form)| form).join(", ");
        let advice = match PREFIXES
            .iter()
            .find(|(known, _)| strsim::damerau_levenshtein(known, &prefix.to_lowercase()) <= 2)
        {
            Some((_, form)) => format!("did you mean `{form}`?"),
            None if text.is_empty() => format!("write one of {forms}"),
            None => format!("write one of {forms}; a model of a chat-completions server is `openai:{text}`"),
        };
        Self::UnknownPrefix {
            text: text.chars().take(80).collect(),
            advice,
        }
    }
}

/// Makes the model that `spec` names. Nothing is opened over the network; files are read.
///
/// For `openai:` the base URL is `LLM_BASE_URL`, else `OPENAI_BASE_URL`, else OpenAI's; the key is the variable that the
/// options name, else `LLM_API_KEY`, else `OPENAI_API_KEY`. Only OpenAI's own server needs one.
///
/// # Errors
/// [`SpecError`] says in one line what is missing or wrong, and what to do.
pub fn resolve(spec: &ModelSpec, env: Environment<'_>, options: &ResolveOptions) -> Result<Arc<dyn Model>, SpecError> {
    Ok(match spec {
        ModelSpec::OpenAi { model } => Arc::new(openai(model, env, options)?),
        ModelSpec::Fake { file } => Arc::new(FakeModel::load(file)?),
        ModelSpec::Replay { journal } => Arc::new(ReplayModel::read(journal)?),
        ModelSpec::Mailbox { folder } => Arc::new(MailboxModel::new(folder)),
        ModelSpec::Extractive => Arc::new(ExtractiveModel::new()),
    })
}

fn openai(model: &str, env: Environment<'_>, options: &ResolveOptions) -> Result<OpenAiModel, SpecError> {
    let (variable, url) =
        first_set(&BASE_URL_VARIABLES, env).unwrap_or(("the default", OpenAiConfig::OPENAI_BASE_URL.to_owned()));
    let base_url: BaseUrl = url.parse().map_err(|cause| SpecError::BaseUrl {
        variable: variable.to_owned(),
        cause,
    })?;
    let chosen = options.api_key_env.as_deref();
    let key = match &chosen {
        Some(variable) => first_set(std::slice::from_ref(variable), env),
        None => first_set(&KEY_VARIABLES, env),
    };
    match (&key, chosen) {
        (None, Some(variable)) => {
            return Err(SpecError::MissingNamedKey {
                variable: variable.to_owned(),
            });
        }
        (None, None) if base_url.is_openai() && options.keys == Keys::Needed => {
            return Err(SpecError::MissingKey {
                base_url: base_url.to_string(),
                looked_for: KEY_VARIABLES.join(" or "),
            });
        }
        _ => {}
    }
    let (variable, api_key) = key.map_or(("", None), |(variable, key)| (variable, Some(SecretString::from(key))));
    let config = OpenAiConfig {
        api_key,
        timeouts: options.timeouts,
        ..OpenAiConfig::new(base_url, model)
    };
    OpenAiModel::new(config).map_err(|cause| SpecError::Key {
        variable: variable.to_owned(),
        cause,
    })
}

/// The model to use where the user names none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DefaultModel {
    /// The environment points to a model.
    Found {
        /// The model.
        spec: ModelSpec,
        /// The variable that decided.
        because_of: &'static str,
    },
    /// It does not.
    NotFound {
        /// The variables that were looked for, in order.
        looked_for: Vec<&'static str>,
        /// A word on what was found and is not enough, where there is one.
        remark: Option<&'static str>,
    },
}

/// Finds the model to use where the user names none: `RLM_MODEL`, `DEFAULT_MODEL` (where a bare name means `openai:`), else
/// the default model of the provider whose key is set.
///
/// # Errors
/// [`SpecError`], where a variable names a model that there is not.
pub fn default_spec(env: Environment<'_>) -> Result<DefaultModel, SpecError> {
    if let Some((because_of, name)) = first_set(&MODEL_VARIABLES, env) {
        let spec = match ModelSpec::parse(&name) {
            Err(SpecError::UnknownPrefix { .. }) if !name.contains(':') => ModelSpec::OpenAi {
                model: name.trim().to_owned(),
            },
            parsed => parsed?,
        };
        return Ok(DefaultModel::Found { spec, because_of });
    }
    let elsewhere = first_set(&BASE_URL_VARIABLES, env)
        .is_some_and(|(_, url)| !url.parse::<BaseUrl>().is_ok_and(|base_url| base_url.is_openai()));
    match first_set(&KEY_VARIABLES, env) {
        Some((because_of, _)) if !elsewhere => Ok(DefaultModel::Found {
            spec: ModelSpec::OpenAi {
                model: OPENAI_DEFAULT_MODEL.to_owned(),
            },
            because_of,
        }),
        _ => Ok(DefaultModel::NotFound {
            looked_for: MODEL_VARIABLES.into_iter().chain(KEY_VARIABLES).collect(),
            remark: elsewhere.then_some(
                "a base URL is set, but nothing says which of the server's models to use: name it with `--model openai:NAME`",
            ),
        }),
    }
}

/// Returns the first variable that is set to more than blanks.
fn first_set<'a>(variables: &[&'a str], env: Environment<'_>) -> Option<(&'a str, String)> {
    let mut values = variables
        .iter()
        .filter_map(|variable| Some((*variable, env(variable)?)));
    values.find(|(_, value)| !value.trim().is_empty())
}

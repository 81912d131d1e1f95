//! Creates models from model strings and the environment.

use std::sync::Arc;
use std::time::Duration;

use rlm_model::Model;
use secrecy::SecretString;

use crate::entry::ModelEntry;
use crate::environment::{Environment, KeyRequirement, ResolveOptions, first_set};
use crate::header_value;
use crate::services::{Service, ServiceProtocol};
use crate::spec::{ModelSpec, SpecError};
use crate::variables::SERVICE_ACCOUNT_VARIABLE;
use crate::{
    AnthropicModel, BaseUrl, BaseUrlError, Endpoint, EndpointError, ExecModel, FakeModel, GeminiModel, GenericModel,
    MailboxModel, OllamaModel, OpenAiModel, ProviderName, ReachableModel, ReplayModel, ResponsesModel, SearchModel,
    ServiceAccount, VertexModel,
};

/// The default version of Azure's OpenAI API.
const AZURE_VERSION: &str = "2024-10-21";

/// Creates the model for `spec`. Reads files, but opens no connection.
///
/// Base URLs and keys are read from the environment variables of each provider's official tools.
/// For `openai:`, the base URL is that of `LLM_BASE_URL` or `OPENAI_BASE_URL`, or OpenAI's by
/// default. The key is that of the variable in the options, or of `LLM_API_KEY` or
/// `OPENAI_API_KEY`. It is required only for the provider's own server.
///
/// ```
/// use rlm_adapters::{ModelSpec, ResolveOptions, SpecError, resolve};
///
/// let spec = ModelSpec::parse("openai:gpt-5-mini")?;
/// let model = resolve(&spec, &|name| (name == "OPENAI_API_KEY").then(|| "sk-7c1f".to_owned()), &ResolveOptions::default())?;
/// assert_eq!(model.identity().endpoint, "https://api.openai.com/v1");
///
/// let without_key = resolve(&spec, &|_| None, &ResolveOptions::default());
/// assert!(matches!(without_key, Err(SpecError::MissingKey { .. })));
/// # Ok::<(), SpecError>(())
/// ```
///
/// # Errors
/// [`SpecError`] with what is missing or invalid, and a hint.
pub fn resolve(spec: &ModelSpec, env: Environment<'_>, options: &ResolveOptions) -> Result<Arc<dyn Model>, SpecError> {
    Ok(resolve_reachable(spec, env, options)?)
}

/// Creates the model for `spec`, like [`resolve`], as a model that can check whether its server is
/// reachable.
///
/// ```
/// use rlm_adapters::{ModelSpec, Reachability, ResolveOptions, resolve_reachable};
///
/// let no_variables = |_: &str| None;
/// let spec = ModelSpec::parse("extractive")?;
/// let model = resolve_reachable(&spec, &no_variables, &ResolveOptions::default())?;
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// assert_eq!(model.reach().await?, Reachability::Here, "no server is asked");
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// The same as those of [`resolve`].
pub fn resolve_reachable(
    spec: &ModelSpec,
    env: Environment<'_>,
    options: &ResolveOptions,
) -> Result<Arc<dyn ReachableModel>, SpecError> {
    let resolver = Resolver {
        env,
        options,
        entry: None,
    };
    Ok(match spec {
        ModelSpec::Provider { provider, model } => resolver.provider(*provider, model, None)?,
        ModelSpec::Compat { model, base_url } => {
            resolver.provider(ProviderName::Compat, model, Some(base_url.clone()))?
        }
        ModelSpec::Configured { name, entry } => {
            let resolver = Resolver {
                entry: Some((name, entry)),
                ..resolver
            };
            resolver.configured(name, entry)?
        }
        ModelSpec::Exec { name, entry } => Arc::new(ExecModel::new(name, entry, env, options)?),
        ModelSpec::Generic { file } => Arc::new(GenericModel::load(file, env, options)?),
        ModelSpec::Fake { file } => Arc::new(FakeModel::load(file)?),
        ModelSpec::Replay { journal, pace: None } => Arc::new(ReplayModel::read(journal)?),
        ModelSpec::Replay {
            journal,
            pace: Some(pace),
        } => Arc::new(ReplayModel::read(journal)?.with_pace(*pace)),
        ModelSpec::Mailbox { folder } => Arc::new(MailboxModel::new(folder)),
        ModelSpec::Search => Arc::new(SearchModel::new()),
    })
}

/// Returns the base URL of a provider, from the environment or the default.
pub(crate) fn place_of(provider: ProviderName, env: Environment<'_>) -> Result<BaseUrl, SpecError> {
    let resolver = Resolver {
        env,
        options: &ResolveOptions::default(),
        entry: None,
    };
    resolver.place(provider)
}

struct Resolver<'a> {
    env: Environment<'a>,
    options: &'a ResolveOptions,
    entry: Option<(&'a str, &'a ModelEntry)>,
}

impl Resolver<'_> {
    fn configured(&self, name: &str, entry: &ModelEntry) -> Result<Arc<dyn ReachableModel>, SpecError> {
        if let Some(parameter) = entry.forbidden_parameter() {
            return Err(SpecError::Entry {
                name: name.to_owned(),
                detail: format!(
                    "sets the parameter `{parameter}`: set output limits with --max-output and --sub-max-output instead, since \
                     budgets depend on them"
                ),
            });
        }
        if entry.server.is_some() && !takes_grammars(entry.adapter) {
            return Err(SpecError::Entry {
                name: name.to_owned(),
                detail: "sets `server`, which applies only to the adapters `openai`, `compat`, `llamacpp` and `vllm`: leave it out"
                    .to_owned(),
            });
        }
        let base_url = entry.base_url.as_deref().map(|url| self.base_url(entry.adapter, url));
        let base_url = base_url.transpose().map_err(|cause| SpecError::BaseUrl {
            variable: format!("[models.{name}]"),
            cause,
        })?;
        self.provider(entry.adapter, &entry.model, base_url)
    }

    fn provider(
        &self,
        provider: ProviderName,
        model: &str,
        base_url: Option<BaseUrl>,
    ) -> Result<Arc<dyn ReachableModel>, SpecError> {
        if provider == ProviderName::Vertex {
            return self.vertex(model, base_url);
        }
        let base_url = match base_url {
            Some(base_url) => base_url,
            None => self.place(provider)?,
        };
        let (variable, api_key) = self.key(provider, &base_url)?;
        let endpoint = self.endpoint(base_url, api_key, model)?;
        if let Some(service) = Service::find(provider) {
            let made: Result<Arc<dyn ReachableModel>, EndpointError> = match service.protocol {
                ServiceProtocol::ChatCompletions => OpenAiModel::service(endpoint, service).map(shared),
                ServiceProtocol::GenerateContent => GeminiModel::new(endpoint).map(shared),
            };
            return made.map_err(|cause| self.unusable(variable, cause));
        }
        let made: Result<Arc<dyn ReachableModel>, EndpointError> = match provider {
            ProviderName::OpenAi => OpenAiModel::new(endpoint).map(shared),
            ProviderName::Compat => OpenAiModel::compatible(endpoint).map(shared),
            ProviderName::OpenRouter => OpenAiModel::openrouter(endpoint).map(shared),
            ProviderName::Azure => {
                let version = first_set(&["AZURE_OPENAI_API_VERSION"], self.env);
                let version = version.map_or_else(|| AZURE_VERSION.to_owned(), |(_, version)| version);
                OpenAiModel::azure(endpoint, version.trim()).map(shared)
            }
            ProviderName::Responses => ResponsesModel::new(endpoint).map(shared),
            ProviderName::Anthropic => AnthropicModel::new(endpoint).map(shared),
            _ => OllamaModel::new(endpoint).map(shared),
        };
        made.map_err(|cause| self.unusable(variable, cause))
    }

    fn vertex(&self, model: &str, base_url: Option<BaseUrl>) -> Result<Arc<dyn ReachableModel>, SpecError> {
        let missing = |what: &str, variables| SpecError::MissingVariable {
            what: what.to_owned(),
            variables,
        };
        let location = first_set(&["GOOGLE_CLOUD_LOCATION"], self.env);
        let location = location.map_or_else(|| "global".to_owned(), |(_, location)| location.trim().to_owned());
        let base_url = match base_url {
            Some(base_url) => base_url,
            None => VertexModel::base_url_of(&location)
                .parse()
                .map_err(|cause| SpecError::BaseUrl {
                    variable: "GOOGLE_CLOUD_LOCATION".to_owned(),
                    cause,
                })?,
        };
        let endpoint = self.endpoint(base_url, None, model)?;
        let chosen = self.chosen_key();
        let variable = chosen
            .as_ref()
            .map_or(SERVICE_ACCOUNT_VARIABLE, |(_, variable)| variable.as_str());
        let file = first_set(&[variable], self.env);
        let account = match (file, self.options.keys) {
            (Some((_, file)), _) => ServiceAccount::load(file.trim().as_ref())?,
            (None, KeyRequirement::Required) => {
                return Err(missing(
                    "Google service account",
                    "GOOGLE_APPLICATION_CREDENTIALS to its JSON file",
                ));
            }
            // No request will be sent.
            (None, KeyRequirement::Optional) => {
                let made = VertexModel::without_account(endpoint);
                return made.map(shared).map_err(|cause| self.unusable(String::new(), cause));
            }
        };
        let project = first_set(&["GOOGLE_CLOUD_PROJECT"], self.env).map(|(_, project)| project.trim().to_owned());
        let project = project.or_else(|| account.project().map(str::to_owned));
        let project = project.ok_or_else(|| missing("Google Cloud project", "GOOGLE_CLOUD_PROJECT"))?;
        let made = VertexModel::new(endpoint, account, project, location);
        made.map(shared).map_err(|cause| self.unusable(String::new(), cause))
    }

    fn unusable(&self, variable: String, cause: EndpointError) -> SpecError {
        match (&cause, self.entry) {
            (EndpointError::Header { .. }, Some((name, _))) => SpecError::Entry {
                name: name.to_owned(),
                detail: format!("can't be used: {cause}"),
            },
            _ => SpecError::Key { variable, cause },
        }
    }

    fn endpoint(&self, base_url: BaseUrl, api_key: Option<SecretString>, model: &str) -> Result<Endpoint, SpecError> {
        let mut endpoint = Endpoint {
            api_key,
            timeouts: self.options.timeouts,
            ..Endpoint::new(base_url, model)
        };
        if let Some((name, entry)) = self.entry {
            endpoint.parameters = entry.parameters.clone();
            endpoint.price = entry.price();
            endpoint.limits = entry.limits();
            endpoint.server = entry.server;
            if let Some(seconds) = entry.first_byte {
                endpoint.timeouts.first_byte = Duration::from_secs(seconds.get().into());
                endpoint.timeouts.total = endpoint
                    .timeouts
                    .total
                    .max(endpoint.timeouts.first_byte.saturating_mul(2));
            }
            for (header, value) in &entry.headers {
                let value = match header_value::expand(value, self.env) {
                    Ok(value) => value,
                    // No request will be sent.
                    Err(_) if self.options.keys == KeyRequirement::Optional => continue,
                    Err(variable) => {
                        return Err(SpecError::Entry {
                            name: name.to_owned(),
                            detail: format!("reads the header `{header}` from {variable}, which is not set"),
                        });
                    }
                };
                endpoint.headers.insert(header.clone(), value.into());
            }
        }
        Ok(endpoint)
    }

    /// Returns the base URL of a provider, from the configuration, the environment or the default.
    fn place(&self, provider: ProviderName) -> Result<BaseUrl, SpecError> {
        let variables = provider.variables();
        let (variable, url) = match first_set(variables.base_urls, self.env) {
            Some(found) => found,
            None => match (variables.default_url, provider) {
                (Some(url), _) => ("the default", url.to_owned()),
                (None, ProviderName::Azure) => match first_set(&["AZURE_ACCOUNT_NAME"], self.env) {
                    Some((variable, account)) => (variable, format!("https://{}.openai.azure.com", account.trim())),
                    None => {
                        return Err(SpecError::MissingVariable {
                            what: "Azure resource".to_owned(),
                            variables: "OPENAI_ENDPOINT to its URL, or AZURE_ACCOUNT_NAME to its name",
                        });
                    }
                },
                (None, _) => {
                    return Err(SpecError::MissingVariable {
                        what: "server URL".to_owned(),
                        variables: "LLM_BASE_URL, or `base_url` in [models.NAME]",
                    });
                }
            },
        };
        self.base_url(provider, &url).map_err(|cause| SpecError::BaseUrl {
            variable: variable.to_owned(),
            cause,
        })
    }

    /// Parses a provider's base URL, in the format that the provider's official tools accept.
    fn base_url(&self, provider: ProviderName, url: &str) -> Result<BaseUrl, BaseUrlError> {
        let url = url.trim().trim_end_matches('/');
        match provider {
            // The tools of Anthropic and Google expect the URL without the version.
            ProviderName::Anthropic => with_version(url, "v1"),
            ProviderName::Gemini => with_version(url, "v1beta"),
            // Ollama's tools accept a host and a port, and the address at which the server listens.
            ProviderName::Ollama => {
                let url = url.strip_suffix("/v1").unwrap_or(url).replace("0.0.0.0", "127.0.0.1");
                let url = if url.contains("://") {
                    url
                } else {
                    format!("http://{url}")
                };
                let base_url: BaseUrl = url.parse()?;
                if base_url.has_port() {
                    Ok(base_url)
                } else {
                    base_url.with_port(11_434)
                }
            }
            _ => url.parse(),
        }
    }

    /// Returns the environment variable that the user chose for the API key, preceded by the
    /// setting that names it.
    fn chosen_key(&self) -> Option<(String, String)> {
        let stated = self.entry.and_then(|(name, entry)| {
            let variable = entry.api_key_env.clone()?;
            Some((format!("api_key_env of [models.{name}]"), variable))
        });
        stated.or_else(|| Some(("--api-key-env".to_owned(), self.options.api_key_env.clone()?)))
    }

    fn key(&self, provider: ProviderName, base_url: &BaseUrl) -> Result<(String, Option<SecretString>), SpecError> {
        let chosen = self.chosen_key();
        let key = match &chosen {
            Some((_, variable)) => first_set(&[variable.as_str()], self.env),
            None => first_set(provider.variables().keys, self.env),
        };
        let key = key.map(|(variable, key)| (variable.to_owned(), key));
        match (key, chosen) {
            (Some((variable, key)), _) => Ok((variable, Some(key.into()))),
            (None, _) if self.options.keys == KeyRequirement::Optional => Ok((String::new(), None)),
            (None, Some((named_by, variable))) => Err(SpecError::MissingNamedKey { named_by, variable }),
            (None, None) if self.entry.is_some_and(|(_, entry)| entry.authorizes()) => Ok((String::new(), None)),
            (None, None) if provider.wants_key(base_url) => Err(SpecError::MissingKey {
                server: base_url.to_string(),
                looked_for: provider.variables().keys.join(" or "),
                otherwise: match provider {
                    ProviderName::OpenAi | ProviderName::Responses => ", or LLM_BASE_URL to a server that needs none",
                    _ => "",
                },
            }),
            (None, None) => Ok((String::new(), None)),
        }
    }
}

/// Returns `true` if the program behind a provider's API may be one that supports grammars.
fn takes_grammars(provider: ProviderName) -> bool {
    matches!(provider, ProviderName::OpenAi | ProviderName::Compat)
        || Service::find(provider).is_some_and(|service| service.server.is_some())
}

/// Parses a base URL, and adds the version of the API to one without a path.
fn with_version(url: &str, version: &str) -> Result<BaseUrl, BaseUrlError> {
    let base_url: BaseUrl = url.parse()?;
    if base_url.has_path() {
        Ok(base_url)
    } else {
        format!("{url}/{version}").parse()
    }
}

fn shared<M: ReachableModel + 'static>(model: M) -> Arc<dyn ReachableModel> {
    Arc::new(model)
}

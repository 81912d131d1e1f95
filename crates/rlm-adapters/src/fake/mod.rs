//! A fake model with scripted replies and rules. It is deterministic and needs no network.

mod definition;
mod failure;
mod pattern;
mod reply_template;
mod rule;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rlm_model::{
    BoxFuture, Call, CallId, Digest, Model, ModelError, ModelErrorKind, ModelIdentity, Price, Reply, Request, Role,
    Usage,
};

use crate::provider::tokens_estimate;
use crate::transport::one_line;
use definition::Definition;
use failure::Failure;
use rule::{Chosen, Rule, Searched};

pub use pattern::PatternError;
pub use reply_template::TemplateError;

/// The error of loading a fake model from an invalid definition.
#[derive(Debug, thiserror::Error)]
pub enum FakeError {
    /// The definition file of the fake model can't be read.
    #[error("can't read the fake model file {}: {cause}", path.display())]
    Read {
        /// The path of the definition file.
        path: PathBuf,
        /// The I/O error of reading the file.
        cause: std::io::Error,
    },
    /// The definition file has an invalid format.
    #[error("invalid fake model file: {0}")]
    Form(#[from] serde_json::Error),
    /// A rule has neither a reply nor a failure.
    #[error("rule {rule} (`{pattern}`) has neither `reply` nor `fail`")]
    NoResponse {
        /// The number of the rule, counted from 1.
        rule: usize,
        /// The pattern of the rule without a response.
        pattern: String,
    },
    /// A rule's pattern is not a regular expression.
    #[error("rule {rule}: {cause}")]
    Pattern {
        /// The number of the rule, counted from 1.
        rule: usize,
        /// The error of the regular expression.
        cause: PatternError,
    },
    /// A rule's reply refers to a group that its pattern lacks, or contains an invalid escape.
    #[error("rule {rule}: {cause}")]
    Template {
        /// The number of the rule, counted from 1.
        rule: usize,
        /// The error of the reply's template.
        cause: TemplateError,
    },
    /// The kind of a simulated failure is unknown.
    #[error("unknown kind of failure `{kind}`; expected one of {}", failure::KINDS.join(", "))]
    UnknownKind {
        /// The unknown name of the kind.
        kind: String,
    },
}

/// A fake model with scripted replies and rules, for tests and examples.
///
/// Calls of root models are answered by the script, in order. Calls of programs are answered by the
/// first rule whose pattern matches, otherwise by the default reply. A retry of a call with the
/// same messages gets the same entry again. Usage is a quarter of the bytes.
///
/// ```
/// use rlm_adapters::FakeModel;
///
/// # use rlm_model::{Call, CallId, Message, Model, Parameters, Request, RequestId, Tokens};
/// # let call = |model: &dyn Model, id: CallId, prompt: &str| {
/// #     let request = Request::new(vec![Message::user(prompt)], Parameters::with_max_output(Tokens(64)));
/// #     let request_id = RequestId { digest: request.digest(model.identity()), occurrence: 0 };
/// #     Call { id, request_id, request }
/// # };
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let model = FakeModel::new(["summary = llm_query(f'Summarize: {peek(80)}')", "FINAL_VAR: summary"])
///     .rule("Summarize", "[fake] short summary");
/// let root = call(&model, CallId::root(1, 0, 0), "Sum it up.");
/// assert!(model.complete(&root).await?.text.starts_with("summary = llm_query"));
/// let sub = call(&model, CallId::root(1, 1, 0), "Summarize: It rained.");
/// assert_eq!(model.complete(&sub).await?.text, "[fake] short summary");
/// # Ok::<(), rlm_model::ModelError>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The equivalent file for `fake:FILE`. A rule's pattern is a regular expression in Python's syntax
/// unless `regex` is false, and its dot matches line breaks. It is searched for in the prompt, or
/// in all messages with `"in": "messages"`. Its reply may refer to groups:
///
/// ```
/// # use rlm_adapters::FakeModel;
/// let model = FakeModel::from_json("rules.json", r#"{
///     "script": ["print(llm_query('Colour of the door?'))", "FINAL('done')"],
///     "rules": [
///         {"match": "Colour of the (\\w+)", "reply": "The \\1 is red.", "delay_ms": 50},
///         {"match": "price", "fail": {"kind": "rate_limited", "retry_after": 1.5, "times": 2}, "reply": "$3"}
///     ],
///     "default_reply": "NO_ANSWER"
/// }"#)?;
/// # let _ = model;
/// # Ok::<(), rlm_adapters::FakeError>(())
/// ```
pub struct FakeModel {
    identity: ModelIdentity,
    definition: Definition,
    script: Vec<Entry>,
    rules: Vec<Rule>,
    progress: Mutex<Progress>,
}

/// An entry of a fake model's script: a reply or a failure, with a delay.
struct Entry {
    chosen: Chosen,
    failure: Option<Failure>,
    delay: Duration,
}

/// The progress of a run with a fake model: the position in the script, and the number of attempts
/// at each call.
#[derive(Default)]
struct Progress {
    /// The positions in the script of earlier calls, keyed by the call's id and the digest of its
    /// messages, since two runs with the same model have calls with equal ids.
    places: HashMap<(CallId, Digest), usize>,
    next: usize,
    attempts: HashMap<CallId, u32>,
}

impl FakeModel {
    /// Creates a fake model that answers calls of the root model with `script`, in order.
    #[must_use]
    pub fn new<S: Into<String>>(script: impl IntoIterator<Item = S>) -> Self {
        let definition = Definition {
            script: script
                .into_iter()
                .map(|reply| definition::Scripted::reply(reply.into()))
                .collect(),
            ..Definition::default()
        };
        let script = definition.script.iter().map(|scripted| Entry {
            chosen: Chosen::Reply(scripted.reply.clone().unwrap_or_default()),
            failure: None,
            delay: Duration::ZERO,
        });
        Self {
            identity: identity("script", &definition),
            script: script.collect(),
            rules: Vec::new(),
            progress: Mutex::default(),
            definition,
        }
    }

    /// Adds a rule to the fake model: a program's call whose messages contain the literal `text` is
    /// answered with the literal `reply`.
    #[must_use]
    pub fn rule(mut self, text: impl Into<String>, reply: impl Into<String>) -> Self {
        let (text, reply) = (text.into(), reply.into());
        self.rules.push(Rule::literal(text.clone(), reply.clone()));
        self.definition
            .rules
            .push(definition::RuleDefinition::literal(text, reply));
        self.renamed()
    }

    /// Adds a rule to the fake model: a program's call whose prompt matches the regular expression
    /// `pattern` is answered with `reply`, which may refer to groups of the pattern.
    ///
    /// ```
    /// # use rlm_adapters::{FakeError, FakeModel};
    /// # use rlm_model::{Call, CallId, Message, Model, Parameters, Request, RequestId, Tokens};
    /// # let call = |model: &dyn Model, prompt: &str| {
    /// #     let request = Request::new(vec![Message::user(prompt)], Parameters::with_max_output(Tokens(64)));
    /// #     let request_id = RequestId { digest: request.digest(model.identity()), occurrence: 0 };
    /// #     Call { id: CallId::root(1, 1, 0), request_id, request }
    /// # };
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// let model = FakeModel::new([""; 0])
    ///     .regex_rule(r"[Cc]olour of the (\w+)", r"The \1 is red.")?
    ///     .default_reply("NO_ANSWER");
    /// assert_eq!(model.complete(&call(&model, "Colour of the door?")).await?.text, "The door is red.");
    /// assert_eq!(model.complete(&call(&model, "How heavy is it?")).await?.text, "NO_ANSWER");
    /// assert!(FakeModel::new([""; 0]).regex_rule("(", "").is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`FakeError::Pattern`] for an invalid pattern, [`FakeError::Template`] for an invalid reply.
    pub fn regex_rule(mut self, pattern: impl Into<String>, reply: impl Into<String>) -> Result<Self, FakeError> {
        let rule = definition::RuleDefinition::regex(pattern.into(), reply.into());
        self.rules.push(Rule::new(self.rules.len() + 1, &rule)?);
        self.definition.rules.push(rule);
        Ok(self.renamed())
    }

    /// Sets the fake model's reply to a program's calls that no rule matches.
    #[must_use]
    pub fn default_reply(mut self, reply: impl Into<String>) -> Self {
        self.definition.default_reply = Some(reply.into());
        self.renamed()
    }

    /// Loads a fake model from a definition file in JSON.
    ///
    /// # Errors
    /// [`FakeError`] with the file or the invalid part.
    pub fn load(path: &Path) -> Result<Self, FakeError> {
        let text = std::fs::read_to_string(path).map_err(|cause| FakeError::Read {
            path: path.to_owned(),
            cause,
        })?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        Self::from_json(&name.unwrap_or_default(), &text)
    }

    /// Parses a fake model named `name` from a definition in JSON.
    ///
    /// # Errors
    /// [`FakeError`] with the invalid part.
    pub fn from_json(name: &str, text: &str) -> Result<Self, FakeError> {
        let definition: Definition = serde_json::from_str(text)?;
        let script = definition.script.iter().map(Entry::new).collect::<Result<_, _>>()?;
        let rules = definition.rules.iter().enumerate();
        let rules = rules
            .map(|(place, rule)| Rule::new(place + 1, rule))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            identity: identity(name, &definition),
            definition,
            script,
            rules,
            progress: Mutex::default(),
        })
    }

    fn renamed(mut self) -> Self {
        self.identity = identity(&self.identity.model, &self.definition);
        self
    }

    async fn answer(&self, call: &Call) -> Result<Reply, ModelError> {
        let attempt = self.attempt_number(&call.id);
        let (chosen, failure, delay) = if call.id.is_root_model() {
            let entry = self.scripted(call)?;
            (Some(entry.chosen.clone()), entry.failure.as_ref(), entry.delay)
        } else {
            self.ruled(&call.request)?
        };
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        if let Some(error) = failure.and_then(|failure| failure.at(attempt)) {
            return Err(error);
        }
        match chosen {
            Some(Chosen::Reply(text)) => Ok(self::reply(&call.request, text)),
            Some(Chosen::OnlyFails) | None => Err(no_rule(&self.identity, call)),
        }
    }

    fn attempt_number(&self, id: &CallId) -> u32 {
        let mut progress = self.progress();
        let attempts = progress.attempts.entry(id.clone()).or_default();
        *attempts = attempts.saturating_add(1);
        *attempts
    }

    fn scripted(&self, call: &Call) -> Result<&Entry, ModelError> {
        let id = &call.id;
        let place = self.progress().place(call);
        self.script.get(place).ok_or_else(|| {
            let message = format!(
                "{}: the script has {} replies, but call {id} needs reply {}",
                self.identity,
                self.script.len(),
                place + 1
            );
            ModelError::new(ModelErrorKind::NoReply, message)
                .with_hint("add a reply to `script`, or let an earlier one call FINAL")
        })
    }

    fn ruled(&self, request: &Request) -> Result<(Option<Chosen>, Option<&Failure>, Duration), ModelError> {
        let searched = Searched::of(request);
        for rule in &self.rules {
            if let Some(chosen) = rule.choose(&searched)? {
                return Ok((Some(chosen), rule.failure.as_ref(), rule.delay));
            }
        }
        let default = self.definition.default_reply.clone().map(Chosen::Reply);
        Ok((default, None, Duration::ZERO))
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    fn new(scripted: &definition::Scripted) -> Result<Self, FakeError> {
        let failure = scripted.fail.as_ref().map(Failure::new).transpose()?;
        Ok(Self {
            chosen: scripted.reply.clone().map_or(Chosen::OnlyFails, Chosen::Reply),
            failure,
            delay: Duration::from_millis(scripted.delay_ms),
        })
    }
}

impl Progress {
    /// Returns the script position of a call: that of an earlier call with the same id and
    /// messages, otherwise the next one. A run that is resumed in turn 3 starts at the third reply.
    fn place(&mut self, call: &Call) -> usize {
        let contents: Vec<String> = call.request.messages.iter().map(|message| message.content()).collect();
        let key = (call.id.clone(), Digest::of(contents.join("\n").as_bytes()));
        if let Some(place) = self.places.get(&key) {
            return *place;
        }
        if self.places.is_empty() && call.id.run.depth() == 0 {
            self.next = call.id.position.turn.saturating_sub(1) as usize;
        }
        let place = self.next;
        self.next += 1;
        self.places.insert(key, place);
        place
    }
}

impl crate::ReachableModel for FakeModel {}

impl Model for FakeModel {
    fn identity(&self) -> &ModelIdentity {
        &self.identity
    }

    fn price(&self) -> Option<Price> {
        Some(Price::FREE)
    }

    fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        Box::pin(async move {
            call.request.without_images(self.identity())?;
            self.answer(call).await
        })
    }
}

/// Returns the identity of the fake model, with the definition's digest as the endpoint, so that
/// caches don't answer for a changed script.
fn identity(name: &str, definition: &Definition) -> ModelIdentity {
    let definition = serde_json::to_vec(definition).unwrap_or_default();
    ModelIdentity::new("fake", Digest::of(&definition).short(), name)
}

fn reply(request: &Request, text: String) -> Reply {
    let usage = Usage {
        input: request.input_tokens_estimate(),
        output: tokens_estimate(&text),
        estimated: true,
        ..Usage::default()
    };
    Reply::new(text, usage)
}

fn no_rule(identity: &ModelIdentity, call: &Call) -> ModelError {
    let prompt = one_line(&prompt(&call.request), 80);
    let message = format!("{identity}: no rule matches call {} (`{prompt}`)", call.id);
    ModelError::new(ModelErrorKind::NoReply, message).with_hint("add a rule that matches it, or a `default_reply`")
}

/// Returns the content of the request's last user message, which is the prompt that the program
/// passed to its query function.
fn prompt(request: &Request) -> String {
    let mut messages = request.messages.iter().rev();
    let message = messages.find(|message| message.role == Role::User);
    message.map(rlm_model::Message::content).unwrap_or_default()
}

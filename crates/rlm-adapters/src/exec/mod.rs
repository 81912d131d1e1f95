//! Models that are commands of the user: scripts, shell pipelines, and coding agents.

mod acp;
mod answer;
mod command;
mod connection;
mod entry;
mod lines;
mod once;
mod prompt;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rlm_model::{
    BoxFuture, Call, DigestBuilder, Model, ModelError, ModelErrorKind, ModelIdentity, ModelLimits, Price, Reply,
    TimeoutPhase, Usage,
};
use tokio::sync::Semaphore;

use crate::environment::{Environment, KeyRequirement, ResolveOptions};
use crate::provider::tokens_estimate;
use crate::spec::SpecError;

use answer::Answer;
use command::Command;
use connection::{Connection, Router};
pub use entry::{ExecAdapter, ExecEntry, ExecProtocol};

/// A model that is a command of the user.
///
/// The program is started without a shell, in an empty temporary folder or in the configured one,
/// and without the variables that hold secrets. Its protocol is one of [`ExecProtocol`]. Dropping a
/// call cancels it, and dropping the model kills the process group of its program.
///
/// ```
/// # use rlm_adapters::{ExecModel, ModelTable, ResolveOptions};
/// # use rlm_model::{Call, CallId, Message, Model, Parameters, Request, RequestId, Tokens};
/// # let call = |model: &dyn Model, prompt: &str| {
/// #     let request = Request::new(vec![Message::user(prompt)], Parameters::with_max_output(Tokens(64)));
/// #     let request_id = RequestId { digest: request.digest(model.identity()), occurrence: 0 };
/// #     Call { id: CallId::root(1, 1, 0), request_id, request }
/// # };
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let table = ModelTable::from_toml(r#"
///     [models.loud]
///     adapter = "exec"
///     command = ["tr", "a-z", "A-Z"]
///     protocol = "once"
/// "#)?;
/// let model = ExecModel::new("loud", &table.commands["loud"], &|_| None, &ResolveOptions::default())?;
/// assert_eq!(model.complete(&call(&model, "Lisbon")).await?.text, "LISBON");
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ExecModel {
    identity: ModelIdentity,
    price: Price,
    limits: ModelLimits,
    protocol: ExecProtocol,
    command: Command,
    /// The process that answers all calls, if the protocol has one and it was started.
    process: Mutex<Option<Arc<Connection>>>,
    slots: Semaphore,
    /// The timeout of a call.
    total: Duration,
}

impl ExecModel {
    /// Creates the model that the user configured under `name`. Starts no process.
    ///
    /// # Errors
    /// [`SpecError::Entry`] if the configuration is invalid, or the program is not found.
    pub fn new(
        name: &str,
        entry: &ExecEntry,
        env: Environment<'_>,
        options: &ResolveOptions,
    ) -> Result<Self, SpecError> {
        let is_found = || options.keys == KeyRequirement::Optional || command::is_found(entry, env);
        let problem = entry.problem().or_else(|| {
            let program = entry.command.first().filter(|_| !is_found())?;
            Some(format!(
                "names the program `{program}`, which was not found: install it, or correct `command`"
            ))
        });
        if let Some(detail) = problem {
            let name = name.to_owned();
            return Err(SpecError::Entry { name, detail });
        }
        let identity = ModelIdentity::new(ExecEntry::ADAPTER, "", name).with_variant(variant(entry));
        let limits = entry.limits();
        let slots = limits.in_flight.map_or(usize::MAX, |most| most.get() as usize);
        Ok(Self {
            command: Command::new(&identity, entry, env, options.api_key_env.as_deref()),
            identity,
            price: entry.price(),
            limits,
            protocol: entry.protocol,
            process: Mutex::new(None),
            slots: Semaphore::new(slots.min(Semaphore::MAX_PERMITS)),
            total: options.timeouts.total,
        })
    }

    /// Returns the running process. Starts one if there is none, or if it ended or hangs.
    fn process(&self, router: Router) -> Result<Arc<Connection>, ModelError> {
        let mut process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = process.as_ref().filter(|running| running.is_usable()) {
            return Ok(Arc::clone(running));
        }
        let started = Arc::new(Connection::start(&self.command, router)?);
        *process = Some(Arc::clone(&started));
        Ok(started)
    }

    async fn answer(&self, call: &Call) -> Result<Answer, ModelError> {
        match self.protocol {
            ExecProtocol::Once => once::answer(&self.command, call).await,
            ExecProtocol::Lines => lines::answer(&self.process(lines::route)?, call).await,
            ExecProtocol::Acp => acp::answer(&self.process(acp::route)?, call).await,
        }
    }

    async fn exchange(&self, call: &Call) -> Result<Reply, ModelError> {
        let _slot = self.slots.acquire().await;
        let answer = tokio::time::timeout(self.total, self.answer(call)).await;
        let answer = answer.unwrap_or_else(|_| {
            let kind = ModelErrorKind::Timeout(TimeoutPhase::Total);
            Err(self
                .command
                .error(kind, &format!("no reply in {} s", self.total.as_secs_f32())))
        })?;
        if answer.text.trim().is_empty() {
            return Err(self.command.error(ModelErrorKind::EmptyReply, "the reply is empty"));
        }
        let usage = answer.usage.unwrap_or_else(|| Usage {
            input: call.request.input_tokens_estimate(),
            output: tokens_estimate(&answer.text),
            estimated: true,
            ..Usage::default()
        });
        Ok(Reply {
            reasoning: answer.reasoning,
            finish: answer.finish,
            ..Reply::new(answer.text, usage)
        })
    }
}

impl crate::ReachableModel for ExecModel {}

impl Model for ExecModel {
    fn identity(&self) -> &ModelIdentity {
        &self.identity
    }

    fn price(&self) -> Option<Price> {
        Some(self.price)
    }

    fn limits(&self) -> ModelLimits {
        self.limits
    }

    fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        Box::pin(async move {
            call.request.without_images(&self.identity)?;
            self.command.secrets.scrub(self.exchange(call).await)
        })
    }
}

/// Returns a digest of the command, so that replies of another command are not taken from a cache.
/// The command itself is not recorded, because its arguments may be secret.
fn variant(entry: &ExecEntry) -> String {
    let mut digest = DigestBuilder::new("rlm command 1");
    digest.field(format!("{:?}", entry.protocol).as_bytes());
    for word in &entry.command {
        digest.field(word.as_bytes());
    }
    digest.finish().short()
}

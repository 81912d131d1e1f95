//! Repeats a single call of a recorded run.

use std::sync::Arc;

use rlm_model::{Call, CallId, RecordedForm, ReplyForm, Request, RequestId};
use rlm_policy::GrantId;
use rlm_scheduler::{CallFailure, Class, Job, Observer, Settled, SharedLedger};
use rlm_settings::Constraint;
use tokio_util::sync::CancellationToken;

use crate::runner::Runner;

impl Runner {
    /// Repeats a call of a recorded run with this runner's root model. As in a run, its budget is
    /// reserved within this runner's limits, rate limits apply, and failed attempts are retried. No
    /// cache and no fallback model answers it. Nothing is recorded but by `observer`.
    ///
    /// # Errors
    /// [`FailureKind::Refused`](rlm_scheduler::FailureKind) if a limit refuses it or its price is
    /// unknown; the others as of any call.
    pub async fn ask_again(
        &self,
        id: CallId,
        request: Request,
        observer: Arc<dyn Observer>,
        cancel: CancellationToken,
    ) -> Result<Settled, CallFailure> {
        let role = &self.roles.root;
        let (amount, refused) = role.weigh(&request, 0);
        let request_id = RequestId {
            digest: request.digest(role.model.identity()),
            occurrence: 0,
        };
        let job = Job {
            call: Call {
                id,
                request_id,
                request,
            },
            // Calls of the root class are never answered by the cache.
            class: Class::Root,
            model: Arc::clone(&role.model),
            price: role.price,
            fallbacks: Arc::default(),
            amount,
            refused,
            ledger: SharedLedger::new(self.limits()),
            grant: GrantId::ROOT,
            replies: None,
            observer,
            cancel,
        };
        self.scheduler().call(job).await
    }

    /// Returns the required form of the reply to a recorded call, for this runner's root model. A
    /// journal only names a grammar; the current one is used. `None` if the model takes no grammar.
    pub async fn form_again(&self, form: &RecordedForm) -> Option<ReplyForm> {
        match form {
            RecordedForm::Json(schema) => Some(ReplyForm::Json(Arc::new(schema.clone()))),
            RecordedForm::Grammar { .. } => {
                let way = self.roles.root.model.grammar_way().await?;
                // An unconstrained reply would be one to another call.
                Some(Constraint { way, required: true }.form())
            }
        }
    }
}

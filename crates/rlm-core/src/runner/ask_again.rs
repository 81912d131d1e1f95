//! One call of a recorded run, asked again by itself.

use std::sync::Arc;

use rlm_model::{Call, CallId, RecordedForm, ReplyForm, Request, RequestId};
use rlm_policy::GrantId;
use rlm_scheduler::{CallFailure, Class, Job, Observer, Settled, SharedLedger};
use rlm_settings::Constraint;
use tokio_util::sync::CancellationToken;

use crate::runner::Runner;

impl Runner {
    /// Asks a call of a recorded run again, of this runner's root model and as a run's calls go: its tokens and money are reserved within
    /// this runner's limits before it leaves, the model's rates are kept to, and attempts that fail are made again. Nothing but the model
    /// answers: no cache, and no model in its place. Nothing is recorded beyond what `observer` is told.
    ///
    /// # Errors
    /// [`FailureKind::Refused`](rlm_scheduler::FailureKind) before anything is sent where a limit does not let it, or nobody knows what it would
    /// cost; the others as of any call.
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
            // A root model is asked even where the same was said before.
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

    /// Returns the form that the reply to a recorded call had to have, as this runner's root model can be held to it: of a grammar, which
    /// journals only name, the present one. None where the model takes no grammar.
    pub async fn form_again(&self, form: &RecordedForm) -> Option<ReplyForm> {
        match form {
            RecordedForm::Json(schema) => Some(ReplyForm::Json(Arc::new(schema.clone()))),
            RecordedForm::Grammar { .. } => {
                let way = self.roles.root.model.grammar_way().await?;
                // A reply that was not held to it would be one to another call.
                Some(Constraint { way, required: true }.form())
            }
        }
    }
}

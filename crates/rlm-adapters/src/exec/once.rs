//! The protocol `once`: a process for each call. The prompt is its standard input, the reply its
//! standard output.

use rlm_model::{Call, ModelError, ModelErrorKind};

use super::answer::Answer;
use super::command::{Command, with_stderr};
use super::prompt::prompt;
use crate::transport::MAX_REPLY_BYTES;

/// Runs the command for a call. Dropping the future kills the process group.
pub(super) async fn answer(command: &Command, call: &Call) -> Result<Answer, ModelError> {
    let (program, _folder) = command.placed()?;
    let most = usize::try_from(MAX_REPLY_BYTES).unwrap_or(usize::MAX);
    let output = program.run(prompt(call).into_bytes(), most).await;
    let output = output.map_err(|error| command.not_started(&error))?;
    let failed = |kind, detail: &str| command.error(kind, &with_stderr(detail, &output.stderr));
    if output.stdout.len() > most {
        let detail = format!("wrote more than {MAX_REPLY_BYTES} bytes");
        return Err(failed(ModelErrorKind::MalformedReply, &detail));
    }
    if let Some(failure) = &output.failure {
        return Err(failed(ModelErrorKind::Connection, &format!("failed with {failure}")));
    }
    let text = String::from_utf8(output.stdout);
    let text = text.map_err(|_| failed(ModelErrorKind::MalformedReply, "the reply is not UTF-8"))?;
    if text.trim().is_empty() {
        return Err(failed(ModelErrorKind::EmptyReply, "wrote nothing to standard output"));
    }
    Ok(Answer::new(text.trim().to_owned()))
}

//! A model whose replies are written by hand: requests are written to a folder, and replies are
//! read from it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rlm_model::{BoxFuture, Call, Model, ModelError, ModelErrorKind, ModelIdentity, Parameters, Price, Reply, Usage};
use serde::{Deserialize, Serialize};

use crate::provider::tokens_estimate;

/// The interval at which the mailbox folder is checked for a reply.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A model whose replies are written by hand: a folder holds its requests, and files with replies
/// are put there.
///
/// Each request is written atomically as `0001.request.json`, `0002.request.json`, …. The numbers
/// continue after existing ones, so that several runs can share a folder.
///
/// ```json
/// {
///   "call": "1.0.0",
///   "class": "root",
///   "model": "mailbox:inbox",
///   "parameters": {"max_output": 4096},
///   "messages": [{"role": "system", "content": "…"}, {"role": "user", "content": "…"}]
/// }
/// ```
///
/// To reply, write `0001.reply.json` with `{"text": "…"}`, or `0001.reply.txt` with the bare text.
/// The author may be a person with an editor, a script, or any model. Write to another name and
/// rename the file if possible. Otherwise, a file is read once it is unchanged between two checks,
/// a twentieth of a second apart. To refuse an answer, write `{"error": "why"}`.
///
/// An invalid reply does not end the run: the error is written to `0001.problem.txt`, and the model
/// waits until the file is valid. When a call is cancelled, its request is renamed to
/// `0001.cancelled.json`.
///
/// A reply file is written to the same folder:
///
/// ```
/// # use rlm_adapters::MailboxModel;
/// # use rlm_model::{Call, CallId, Message, Model, Parameters, Request, RequestId, Tokens};
/// # let call = |model: &dyn Model, prompt: &str| {
/// #     let request = Request::new(vec![Message::user(prompt)], Parameters::with_max_output(Tokens(64)));
/// #     let request_id = RequestId { digest: request.digest(model.identity()), occurrence: 0 };
/// #     Call { id: CallId::root(1, 1, 0), request_id, request }
/// # };
/// # let folder = tempfile::tempdir()?;
/// # let folder = folder.path();
/// # tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
/// let model = MailboxModel::new(folder);
/// let call = call(&model, "Which city?");
/// // Somebody who watches the folder.
/// let reply = folder.join("0001.reply.json");
/// let watcher = async {
///     while !folder.join("0001.request.json").exists() {
///         tokio::task::yield_now().await;
///     }
///     std::fs::write(&reply, r#"{"text": "Lisbon"}"#)
/// };
/// let (answered, written) = tokio::join!(model.complete(&call), watcher);
/// written?;
/// assert_eq!(answered?.text, "Lisbon");
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct MailboxModel {
    identity: ModelIdentity,
    folder: PathBuf,
}

/// The content of a request file in the mailbox folder.
#[derive(Serialize)]
struct Letter<'a> {
    call: String,
    class: &'static str,
    model: String,
    parameters: &'a Parameters,
    messages: Vec<LetterMessage>,
}

#[derive(Serialize)]
struct LetterMessage {
    role: &'static str,
    content: String,
}

/// The content of a reply file in the mailbox folder.
#[derive(Deserialize)]
#[serde(untagged, expecting = r#"expected {"text": "…"} or {"error": "…"}"#)]
enum Answer {
    Text { text: String },
    Error { error: String },
}

impl MailboxModel {
    /// Creates a mailbox model with a folder for requests and replies. The folder is created at the
    /// first request if it does not exist.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
        Self {
            identity: ModelIdentity::new("mailbox", folder.display().to_string(), name.unwrap_or_default()),
            folder,
        }
    }

    async fn exchange(&self, call: &Call) -> Result<Reply, ModelError> {
        let letter = self.letter(call);
        let failed = |error: io::Error| {
            let message = format!("can't write to the mailbox {}: {error}", self.folder.display());
            ModelError::new(ModelErrorKind::Connection, message).with_hint("check the folder and its permissions")
        };
        let posted = self.post(letter).await.map_err(failed)?;
        let text = posted.reply().await?;
        let usage = Usage {
            input: call.request.input_tokens_estimate(),
            output: tokens_estimate(&text),
            estimated: true,
            ..Usage::default()
        };
        Ok(Reply::new(text, usage))
    }

    fn letter(&self, call: &Call) -> Vec<u8> {
        let messages = call.request.messages.iter().map(|message| LetterMessage {
            role: message.role.as_str(),
            content: message.content(),
        });
        let letter = Letter {
            call: call.id.to_string(),
            class: if call.id.is_root_model() { "root" } else { "sub" },
            model: self.identity.to_string(),
            parameters: &call.request.parameters,
            messages: messages.collect(),
        };
        // Only strings and numbers, so this can't fail.
        let mut json = serde_json::to_vec_pretty(&letter).unwrap_or_default();
        json.push(b'\n');
        json
    }

    /// Writes a request to the mailbox folder. If the call is cancelled meanwhile, the write still
    /// completes, and dropping the resulting `Posted` renames the request file.
    async fn post(&self, letter: Vec<u8>) -> io::Result<Posted> {
        let folder = self.folder.clone();
        let posting = tokio::task::spawn_blocking(move || Posted::lay_down(folder, &letter));
        posting.await.map_err(io::Error::other)?
    }
}

impl crate::ReachableModel for MailboxModel {}

impl Model for MailboxModel {
    fn identity(&self) -> &ModelIdentity {
        &self.identity
    }

    fn price(&self) -> Option<Price> {
        Some(Price::FREE)
    }

    fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        Box::pin(async move {
            call.request.without_images(&self.identity)?;
            self.exchange(call).await
        })
    }
}

/// A request file that was written to the mailbox folder.
struct Posted {
    folder: PathBuf,
    number: u64,
    state: State,
}

#[derive(PartialEq, Eq)]
enum State {
    Waiting,
    Answered,
}

impl Posted {
    /// Writes a request file with the next free number to the mailbox folder.
    fn lay_down(folder: PathBuf, letter: &[u8]) -> io::Result<Self> {
        fs::create_dir_all(&folder)?;
        let draft = draft_name(&folder);
        fs::write(&draft, letter)?;
        let mut number = last_number(&folder)? + 1;
        let placed = loop {
            let request = folder.join(format!("{number:04}.request.json"));
            // Unlike renaming, linking never replaces a file that another run has just written.
            match fs::hard_link(&draft, &request) {
                Ok(()) => break Ok(()),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
                // On a file system without links, concurrent runs may overwrite each other's
                // requests.
                Err(_) => break fs::rename(&draft, &request),
            }
        };
        let _ = fs::remove_file(&draft);
        placed.map(|()| Self {
            folder,
            number,
            state: State::Waiting,
        })
    }

    fn file(&self, what: &str) -> PathBuf {
        self.folder.join(format!("{:04}.{what}", self.number))
    }

    /// Waits for a valid reply to the request, and returns its text or the error that it states.
    async fn reply(mut self) -> Result<String, ModelError> {
        let mut seen = None;
        let mut said = None;
        loop {
            let found = self.look().await;
            if found.is_some() && found == seen && found != said {
                match self.read(found.as_ref()) {
                    Ok(answer) => {
                        self.state = State::Answered;
                        let _ = tokio::fs::remove_file(self.file("problem.txt")).await;
                        return answer;
                    }
                    Err(problem) => {
                        tracing::warn!(%problem, "invalid reply in the mailbox, waiting for another");
                        let _ = self.say(&problem).await;
                        said.clone_from(&found);
                    }
                }
            }
            seen = found;
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Writes the description of an invalid reply to `….problem.txt`, atomically like requests.
    async fn say(&self, problem: &str) -> io::Result<()> {
        let draft = draft_name(&self.folder);
        tokio::fs::write(&draft, format!("{problem}\n")).await?;
        let renamed = tokio::fs::rename(&draft, self.file("problem.txt")).await;
        if renamed.is_err() {
            let _ = tokio::fs::remove_file(&draft).await;
        }
        renamed
    }

    async fn look(&self) -> Option<Found> {
        for (name, form) in [("reply.json", Form::Json), ("reply.txt", Form::Text)] {
            if let Ok(content) = tokio::fs::read(self.file(name)).await {
                return Some(Found { form, content });
            }
        }
        None
    }

    /// Parses the content of a reply file. The outer error describes why the content is invalid;
    /// the inner one is the error that the reply states.
    fn read(&self, found: Option<&Found>) -> Result<Result<String, ModelError>, String> {
        let Some(Found { form, content }) = found else {
            return Err("no reply".to_owned());
        };
        let problem = |what: String| format!("{:04}.reply.{}: {what}; still waiting", self.number, form.extension());
        let answer = match form {
            Form::Json => serde_json::from_slice(content).map_err(|error| problem(error.to_string()))?,
            Form::Text => Answer::Text {
                text: String::from_utf8(content.clone()).map_err(|error| problem(error.to_string()))?,
            },
        };
        match answer {
            Answer::Text { text } if text.trim().is_empty() => Err(problem("the text is empty".to_owned())),
            Answer::Text { text } => Ok(Ok(text)),
            Answer::Error { error } => {
                let message = format!(
                    "the mailbox replied to request {:04} with an error: {error}",
                    self.number
                );
                Ok(Err(ModelError::new(ModelErrorKind::NoReply, message)))
            }
        }
    }
}

impl Drop for Posted {
    fn drop(&mut self) {
        if self.state == State::Waiting {
            let _ = fs::rename(self.file("request.json"), self.file("cancelled.json"));
        }
    }
}

/// The content of a reply file as found at one check, to detect whether it still changes.
#[derive(Clone, PartialEq, Eq)]
struct Found {
    form: Form,
    content: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Json,
    Text,
}

impl Form {
    const fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Text => "txt",
        }
    }
}

/// Returns a name for a temporary file in the folder that is unique among calls and processes.
fn draft_name(folder: &Path) -> PathBuf {
    use std::sync::atomic::{AtomicU64, Ordering};
    static DRAFTS: AtomicU64 = AtomicU64::new(0);
    let draft = DRAFTS.fetch_add(1, Ordering::Relaxed);
    folder.join(format!(".draft-{}-{draft}", std::process::id()))
}

/// Returns the highest number with which the name of a file in the mailbox folder begins, or 0.
fn last_number(folder: &Path) -> io::Result<u64> {
    let mut last = 0;
    for file in fs::read_dir(folder)? {
        let name = file?.file_name();
        let number = name
            .to_str()
            .and_then(|name| name.split('.').next())
            .and_then(|digits| digits.parse().ok());
        last = last.max(number.unwrap_or(0));
    }
    Ok(last)
}

//! Execution of a chapter's commands, one after the other, by one shell in a temporary folder.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command as Process, Stdio};
use std::sync::Mutex;

use rlm_test_server::{Answer, CapturedRequest, TestServer};

use super::chapter::{Action, Chapter, Command, ServedReply};
use super::output;

/// The output of a command, both streams together, and its exit code.
pub(crate) struct Shown {
    pub(crate) output: String,
    exit: i32,
}

impl Shown {
    /// Returns `true` if output and exit code match the book.
    pub(crate) fn is_as(&self, command: &Command) -> bool {
        let is_as_shown = command
            .output
            .as_ref()
            .is_none_or(|expected| output::matches(&self.output, expected));
        is_as_shown && self.ended_as(command)
    }

    /// Returns `true` if the exit code matches the book.
    pub(crate) const fn ended_as(&self, command: &Command) -> bool {
        self.exit == command.exit
    }

    /// Formats the difference between the book and the output.
    pub(crate) fn against(&self, chapter: &str, command: &Command) -> String {
        format!(
            "\n{chapter}: $ {}\n--- the book (exit code {})\n{}\n--- shown (exit code {})\n{}\n",
            command.words,
            command.exit,
            command.output.as_deref().unwrap_or_default(),
            self.exit,
            self.output,
        )
    }
}

/// The separator between the outputs of commands.
const MARK: char = '\u{1}';

/// Runs all commands of a chapter.
pub(crate) fn run(chapter: &Chapter) -> Vec<Shown> {
    let folder = tempfile::tempdir().expect("create the folder");
    let home = tempfile::tempdir().expect("create the folder");
    let server = serve(&chapter.replies);
    let script = home.path().join("chapter.sh");
    std::fs::write(&script, script_of(chapter)).expect("write the script");
    let binary = Path::new(env!("CARGO_BIN_EXE_rlm"));
    let folders = binary
        .parent()
        .expect("the binary is in a folder")
        .display()
        .to_string();
    let path = std::env::var("PATH").unwrap_or_default();
    let done = Process::new("bash")
        .arg(&script)
        .current_dir(folder.path())
        .env_clear()
        .env("PATH", format!("{folders}:{path}"))
        .env("HOME", home.path())
        .env("LANG", "C.UTF-8")
        .env("RLM_DATA_DIR", home.path().join("data"))
        .env("RLM_CACHE", home.path().join("cache"))
        .env("RLM_DETECT", "off")
        .env("REPOSITORY", super::root())
        .env("LLM_BASE_URL", server.base_url())
        .stdin(Stdio::null())
        .output()
        .expect("start bash");
    let output = String::from_utf8_lossy(&done.stdout);
    assert!(
        done.status.success(),
        "{output}{}",
        String::from_utf8_lossy(&done.stderr)
    );
    let shown: Vec<Shown> = output.split_terminator(&format!("{MARK}\n")).map(shown).collect();
    assert_eq!(shown.len(), chapter.commands().count(), "{output}");
    shown
}

/// The definitions of the shell before the first command. Cloning, building and installing are
/// replaced, since the repository is already built.
const PRELUDE: &str = r#"
exec 2>&1
git() {
    case "$1" in
        clone) ln -s "$REPOSITORY" "$(basename "$2")" ;;
        *) echo "the book's shell knows no \`git $1\`"; return 1 ;;
    esac
}
cargo() {
    case "$1" in
        install) ;;
        run) while [ "$1" != -- ]; do shift; done; shift; (cd "$REPOSITORY" && rlm "$@") ;;
        *) echo "the book's shell knows no \`cargo $1\`"; return 1 ;;
    esac
}
"#;

fn script_of(chapter: &Chapter) -> String {
    let mut script = PRELUDE.to_owned();
    for action in &chapter.actions {
        match action {
            Action::Write { file, content } => {
                let _ = writeln!(script, "mkdir -p \"$(dirname '{file}')\"");
                let _ = writeln!(script, "cat > '{file}' <<'END OF THE FILE'\n{content}END OF THE FILE");
            }
            Action::Run(command) => {
                let _ = writeln!(script, "{}\nprintf '\\n%s\\001\\n' $?", command.words);
            }
        }
    }
    script
}

/// Parses a command's output, which ends with a line that contains the exit code.
fn shown(text: &str) -> Shown {
    let (output, exit) = text.rsplit_once('\n').unwrap_or_default();
    Shown {
        output: output.to_owned(),
        exit: exit.parse().expect("the exit code is a number"),
    }
}

/// Starts a server with the chapter's replies, for any model.
fn serve(replies: &[ServedReply]) -> TestServer {
    let (rules, in_turn): (Vec<_>, Vec<_>) = replies
        .iter()
        .map(|reply| (reply.when.clone(), reply.text.clone()))
        .partition(|(when, _)| when.is_some());
    let in_turn = Mutex::new(
        in_turn
            .into_iter()
            .map(|(_, text)| text)
            .collect::<Vec<_>>()
            .into_iter(),
    );
    let answer = move |_, request: &CapturedRequest| {
        let messages = request.body["messages"].as_array().cloned().unwrap_or_default();
        let last = messages
            .last()
            .map(|message| message["content"].to_string())
            .unwrap_or_default();
        let by_rule = rules
            .iter()
            .find(|(when, _)| when.as_ref().is_some_and(|words| last.contains(words.as_str())));
        let text = match by_rule {
            Some((_, text)) => Some(text.clone()),
            None => in_turn.lock().ok().and_then(|mut left| left.next()),
        };
        text.map_or_else(
            || Answer::error(400, "no_reply", "the chapter has no further reply"),
            Answer::text,
        )
    };
    TestServer::start(answer).expect("start a server")
}

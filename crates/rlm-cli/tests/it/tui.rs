//! Tests of `rlm run --tui` and `rlm watch`: in a terminal of tmux, if that is installed, and
//! without a terminal.

use rlm_test_needs::needs;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::run::place;
use crate::support::{Place, session, snapshot};

/// The timeout of each wait.
const PATIENCE: Duration = Duration::from_secs(60);

/// A terminal of 80 columns and 24 lines.
pub(crate) struct Terminal<'p> {
    socket: String,
    place: &'p Place,
}

impl<'p> Terminal<'p> {
    /// Runs a shell command in the place's folder; `rlm` is the binary.
    pub(crate) fn start(place: &'p Place, line: &str) -> Self {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let terminal = Self {
            socket: format!("rlm-suite-{}-{number}", std::process::id()),
            place,
        };
        let folder = place.path("");
        let script = format!(
            "rlm() {{ {:?} \"$@\"; }}\n{line}\necho \"[exit $?]\"\nstty -a | grep -o -- '-\\?icanon\\|-\\?echo '\nread -r _\n",
            env!("CARGO_BIN_EXE_rlm")
        );
        std::fs::write(place.path("session.sh"), script).expect("write the script");
        let started = terminal
            .tmux()
            .args([
                "-f",
                "/dev/null",
                "new-session",
                "-d",
                "-x",
                "80",
                "-y",
                "24",
                "sh",
                "session.sh",
            ])
            .current_dir(&folder)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("TERM", "xterm-256color")
            .env("LC_ALL", "C.UTF-8")
            .env("TZ", "UTC")
            .env("RLM_DATA_DIR", place.path("data"))
            .env("RLM_CACHE", place.path("cache"))
            .env("RLM_DETECT", "off")
            .status()
            .expect("start tmux");
        assert!(started.success());
        terminal
    }

    fn tmux(&self) -> Command {
        let mut tmux = Command::new("tmux");
        tmux.args(["-u", "-L", &self.socket]);
        tmux
    }

    pub(crate) fn press(&self, keys: &[&str]) {
        let sent = self.tmux().arg("send-keys").args(keys).status();
        assert!(sent.is_ok_and(|sent| sent.success()), "send keys to tmux");
    }

    fn screen(&self) -> String {
        let shown = self
            .tmux()
            .args(["capture-pane", "-p"])
            .output()
            .expect("capture tmux's screen");
        String::from_utf8_lossy(&shown.stdout).replace(&self.place.path("").display().to_string(), "[dir]")
    }

    /// Waits until the screen contains a text.
    pub(crate) fn wait_for(&self, text: &str) -> String {
        let began = Instant::now();
        loop {
            let screen = self.screen();
            if screen.contains(text) {
                return screen;
            }
            assert!(began.elapsed() < PATIENCE, "{text:?} does not appear:\n{screen}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Terminal<'_> {
    fn drop(&mut self) {
        let _ = self.tmux().arg("kill-server").output();
    }
}

#[needs("tmux")]
#[test]
fn tui_shows_a_run_to_its_end_and_restores_the_terminal() {
    let place = place();
    let line = "rlm run 'What is the capital?' --context land.txt --model fake:model.json --tui > answer.txt";
    let terminal = Terminal::start(&place, line);
    for text in [
        "✓ Complete",
        "What is the capital?",
        "step 2 gave",
        "Answer",
        "capital of Portugal is Lisbon",
        "q quit",
    ] {
        terminal.wait_for(text);
    }
    terminal.press(&["g", "j", "Right"]);
    terminal.wait_for("print(llm_query(");
    terminal.press(&["/"]);
    terminal.press(&["-l", "which city? capital"]);
    terminal.press(&["Enter"]);
    terminal.wait_for("Sent as user, 52 B");
    terminal.press(&["q"]);
    terminal.wait_for("[exit 0]");
    // The terminal is restored: it echoes input, and shows the messages that were deferred.
    let left = terminal.wait_for("echo");
    assert!(!left.contains("-icanon") && !left.contains("✓ Complete"), "{left}");
    assert!(left.contains("run 2"), "{left}");
    assert_eq!(place.read("answer.txt"), "capital of Portugal is Lisbon\n");
}

#[needs("tmux")]
#[test]
fn tui_shows_a_hint_for_a_failed_run() {
    let model = r#"{"script": [{"fail": {"kind": "unauthorized", "status": 401, "message": "the key is wrong"}}]}"#;
    let place = place().file("fails.json", model);
    let line = "rlm run 'What is the capital?' --context land.txt --model fake:fails.json --tui; echo \"[was $?]\"";
    let terminal = Terminal::start(&place, line);
    for text in [
        "✗ Provider error",
        "What happened",
        "the key is wrong",
        "What to do",
        "rlm resume",
    ] {
        terminal.wait_for(text);
    }
    terminal.press(&["q"]);
    terminal.wait_for("[was 4]");
}

#[needs("tmux")]
#[test]
fn tui_cancels_a_run_cleanly() {
    let model = r#"{"script": [{"reply": "never", "delay_ms": 600000}]}"#;
    let place = place().file("slow.json", model);
    let line = "rlm run 'What is the capital?' --context land.txt --model fake:slow.json --tui; echo \"[was $?]\"";
    let terminal = Terminal::start(&place, line);
    terminal.wait_for("● Running");
    terminal.press(&["q"]);
    terminal.wait_for("The run is still running.");
    terminal.press(&["Escape"]);
    terminal.press(&["C-c"]);
    terminal.wait_for("Cancelled");
    terminal.press(&["q"]);
    terminal.wait_for("[was 130]");
}

#[cfg(unix)]
#[needs("tmux")]
#[test]
fn termination_signal_restores_the_terminal() {
    let model = r#"{"script": [{"reply": "never", "delay_ms": 600000}]}"#;
    let place = place().file("slow.json", model);
    let run = "run 'What is the capital?' --context land.txt --model fake:slow.json --tui";
    // A cancelled run reports how to resume it; `rlm watch` has nothing to report.
    for (command, state, end) in [
        (run, "● Running", "[was 130]"),
        ("watch last", "Cancelled", "[was 143]"),
    ] {
        let rlm = env!("CARGO_BIN_EXE_rlm");
        let line = format!("sh -c 'echo $$ > pid; exec \"$@\"' - {rlm} {command}; echo \"[was $?]\"");
        let terminal = Terminal::start(&place, &line);
        terminal.wait_for(state);
        let asked = Command::new("kill").args(["-TERM", place.read("pid").trim()]).status();
        assert!(asked.is_ok_and(|asked| asked.success()));
        terminal.wait_for(end);
        let left = terminal.wait_for("echo");
        assert!(!left.contains("-icanon") && !left.contains("q quit"), "{left}");
        assert_eq!(left.contains("to resume: rlm resume"), command == run, "{left}");
    }
}

#[needs("tmux")]
#[test]
fn watch_follows_a_growing_journal_and_reports_a_dead_writer() {
    let place = place();
    assert_eq!(place.ask("fake:model.json").done().code, Some(0));
    let whole = std::fs::read(&place.journals()[0]).expect("read the journal");
    let lines: Vec<&[u8]> = whole.split_inclusive(|byte| *byte == b'\n').collect();
    let growing = place.path("growing.jsonl");
    append(&growing, &lines[..3].concat());
    append(&growing, &lines[3][..20]);
    let terminal = Terminal::start(&place, "rlm watch growing.jsonl");
    // No process writes the journal, and its last line is truncated.
    for text in ["? Interrupted", "process ended", "rlm resume"] {
        terminal.wait_for(text);
    }
    append(&growing, &lines[3][20..]);
    append(&growing, &lines[4..lines.len() - 1].concat());
    append(&growing, lines[lines.len() - 1]);
    terminal.wait_for("✓ Complete");
    terminal.wait_for("capital of Portugal is Lisbon");
    terminal.press(&["q"]);
    terminal.wait_for("[exit 0]");
}

#[needs("tmux")]
#[test]
fn tui_without_a_terminal_is_rejected_before_running() {
    let place = place();
    let run = place.ask("fake:model.json").and(["--tui"]).done();
    let watched = place.rlm(["watch", "last"]).done();
    assert_eq!(place.ask("fake:model.json").done().code, Some(0));
    let watch = place.rlm(["watch", "last"]).done();
    run.is_one_line_error(2);
    watch.is_one_line_error(2);
    snapshot!("tui-no-terminal", session(&[run, watched, watch]));
}

fn append(path: &Path, bytes: &[u8]) {
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .expect("open the file");
    file.write_all(bytes).expect("write the file");
}

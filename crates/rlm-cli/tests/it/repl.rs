//! Tests of `rlm repl`: over a pipe, and once in a real terminal.

use rlm_test_needs::needs;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::support::{Place, snapshot};

const RULES: &str =
    r#"{"rules": [{"match": "colour of (\\w+)", "reply": "The \\1 is green."}], "default_reply": "NO_ANSWER"}"#;

fn place() -> Place {
    Place::new()
        .file("notes.txt", "The vault code is 7-4-1.\nIt was changed in May.\n")
        .file("rules.json", RULES)
        .file("double.sift", "def double(n):\n    return 2 * n\n\ndouble(21)\n")
}

const OVER_NOTES: [&str; 5] = ["repl", "--context", "notes.txt", "--model", "fake:rules.json"];

#[test]
fn repl_reads_piped_lines_like_typed_ones() {
    let typed = "n = len(context)\nn\nfor line in context.splitlines():\n    print(line[:9])\n\n:vars\nllm_query('colour of grass')\n:budget\n:load double.sift\n:save kept.sift\n:help str.split\n:nope\n:show n\nFINAL(context[18:23])\n";
    let place = place();
    let done = place.rlm(OVER_NOTES).input(typed).done();
    assert_eq!(done.code, Some(0), "{}", done.shown());
    snapshot!("repl", done.shown());
    assert!(place.read("kept.sift").starts_with("n = len(context)\n\nn\n\nfor line"));
    let calls = place
        .rlm(OVER_NOTES)
        .and(["--no-journal"])
        .input("llm_query('colour of grass')\n:calls\n")
        .done();
    assert!(
        calls.stdout.contains("1.1.0  sub-call  fake:rules.json"),
        "{}",
        calls.shown()
    );
    // The session is recorded as an ordinary run.
    let replayed = place.rlm(["replay", "last"]).done();
    assert_eq!(replayed.code, Some(0), "{}", replayed.shown());
    snapshot!("repl-trace", place.rlm(["trace", "last"]).done().shown());
    let report = place.rlm(["report", "last"]).done();
    assert_eq!(report.code, Some(0), "{}", report.shown());
    let resumed = place.rlm(["fork", "last", "--at", "3"]).done();
    assert!(resumed.stderr.contains("rlm repl --run"), "{}", resumed.shown());
}

#[test]
fn repl_errors_are_shown_without_ending_the_session() {
    let typed = "print(nope)\n1 / 0\nf = lambda: f()\nf()\nllm_query('who?')\nx = 1\n:show y\n:load nowhere.sift\nprint(x +\n1)\nmissing(\n";
    let done = place().rlm(["repl", "--data", "some text"]).input(typed).done();
    assert_eq!(done.code, Some(1), "{}", done.shown());
    snapshot!("repl-errors", done.shown());
}

#[test]
fn repl_opens_a_recorded_run_after_a_step_without_calls() {
    let script = r#"{"script": ["```repl\nat = context.find('7')\ngrass = llm_query('colour of grass')\n```", "```repl\nat += 100\nFINAL(grass)\n```"], "rules": [{"match": "colour of (\\w+)", "reply": "The \\1 is green."}]}"#;
    let place = place().file("script.json", script);
    let run = ["run", "Which?", "--context", "notes.txt", "--model", "fake:script.json"];
    let ran = place.rlm(run).done();
    assert_eq!(ran.code, Some(0), "{}", ran.shown());
    let typed = "at, grass\nat = -1\nllm_query('and now?')\n";
    let opened = place.rlm(["repl", "--run", "last", "--at", "1"]).input(typed).done();
    snapshot!("repl-at", opened.shown());
    let replayed = place.rlm(["replay", "last"]).done();
    assert_eq!(replayed.code, Some(0), "{}", replayed.shown());
    // A session can be continued like a run, with other models.
    let typed = "at\n:model fake:rules.json\nllm_query('colour of moss')\n";
    let again = place.rlm(["repl", "--run", "last"]).input(typed).done();
    assert!(
        again.stdout.contains("-1\n") && again.stdout.contains("The moss is green."),
        "{}",
        again.shown()
    );
    let replayed = place.rlm(["replay", "last"]).done();
    assert_eq!(replayed.code, Some(0), "{}", replayed.shown());
    let beyond = place.rlm(["repl", "--run", "last", "--at", "9"]).input("").done();
    assert!(beyond.stderr.contains("step"), "{}", beyond.shown());
}

#[test]
fn repl_opens_recorded_examples_after_every_step() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/recorded/");
    let journal = format!("{folder}minutes.jsonl");
    let context = format!("minutes={folder}minutes");
    let place = place();
    let opened = place.rlm(["repl", "--run", &journal, "--at", "1", "--context", &context]);
    let done = opened.input(":vars\n").done();
    assert_eq!(done.code, Some(0), "{}", done.shown());
    assert!(
        done.stdout.contains("chars") || done.stdout.contains("items"),
        "{}",
        done.shown()
    );
}

/// A terminal of 100 columns and 30 lines.
struct Tmux<'p> {
    place: &'p Place,
    name: String,
}

impl Tmux<'_> {
    fn command(&self) -> Command {
        let mut command = Command::new("tmux");
        command.args([
            "-S",
            // The server of an ended terminal may still exist when the next one starts.
            &self.place.path(&format!("{}.socket", self.name)).display().to_string(),
            "-f",
            "/dev/null",
        ]);
        command
    }

    fn run(&self, arguments: &[&str]) -> String {
        let output = self.command().args(arguments).output();
        let output = output.map(|output| output.stdout).unwrap_or_default();
        String::from_utf8_lossy(&output).into_owned()
    }

    fn start(&self, arguments: &str) {
        let environment = format!(
            "RLM_DATA_DIR='{0}/data' RLM_CACHE='{0}/cache' RLM_DETECT=off NO_COLOR=1",
            self.place.path("").display()
        );
        let folder = self.place.path("").display().to_string();
        let command = format!("{environment} {} {arguments}; sleep 60", env!("CARGO_BIN_EXE_rlm"));
        self.run(&[
            "new-session",
            "-d",
            "-s",
            &self.name,
            "-x",
            "100",
            "-y",
            "30",
            "-c",
            &folder,
            &command,
        ]);
    }

    fn keys(&self, keys: &[&str]) {
        let mut arguments = vec!["send-keys", "-t", &self.name];
        arguments.extend(keys);
        self.run(&arguments);
    }

    /// Waits until the screen contains a text.
    fn wait_for(&self, text: &str) -> String {
        let start = Instant::now();
        loop {
            let screen = self.run(&["capture-pane", "-p", "-t", &self.name]);
            if screen.contains(text) {
                return screen;
            }
            assert!(
                start.elapsed() < Duration::from_secs(60),
                "`{text}` is not on the screen:\n{screen}"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Tmux<'_> {
    fn drop(&mut self) {
        self.run(&["kill-server"]);
    }
}

#[needs("tmux")]
#[test]
fn repl_terminal_supports_editing_completion_history_and_ctrl_c() {
    let place = place();
    let terminal = |name: &str| Tmux {
        place: &place,
        name: name.to_owned(),
    };
    let first = terminal("first");
    first.start("repl --context notes.txt");
    first.wait_for("sift>");
    // A block continues until an empty line.
    first.keys(&["for word in ['a', 'b']:", "Enter", "    print('got', word)", "Enter"]);
    first.wait_for("... ");
    first.keys(&["Enter"]);
    first.wait_for("got b");
    // Tab inserts an unambiguous completion.
    first.keys(&["context.splitl", "Tab"]);
    first.wait_for("context.splitlines");
    first.keys(&["()[0]", "Enter"]);
    first.wait_for("The vault code is 7-4-1.");
    // An error is shown at its location.
    first.keys(&["lne(context)", "Enter"]);
    let shown = first.wait_for("╯");
    assert!(shown.contains("`lne`") && shown.contains("len"), "{shown}");
    // Ctrl-C ends only the program.
    first.keys(&["while True: pass", "Enter"]);
    std::thread::sleep(Duration::from_millis(300));
    first.keys(&["C-c"]);
    first.wait_for("the program was stopped");
    first.keys(&["print('still', 'here')", "Enter"]);
    first.wait_for("still here");
    first.keys(&["C-d"]);
    first.wait_for("run 2");
    drop(first);
    // The next session has the history.
    let second = terminal("second");
    second.start("repl --context notes.txt");
    second.wait_for("sift>");
    second.keys(&["Up"]);
    second.wait_for("print('still', 'here')");
    second.keys(&["Enter"]);
    second.wait_for("still here");
    second.keys(&["C-d"]);
}

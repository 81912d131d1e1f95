//! Runs the binary in a temporary folder with a clean environment.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// A temporary folder with input files, and subfolders for runs and replies.
pub(crate) struct Place {
    folder: TempDir,
}

/// The result of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Done {
    command: String,
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A command to be run.
pub(crate) struct Rlm<'p> {
    place: &'p Place,
    arguments: Vec<String>,
    variables: Vec<(String, String)>,
    input: Vec<u8>,
    before: Option<String>,
}

impl Place {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("create the folder");
        Self { folder }
    }

    /// Adds a file.
    pub(crate) fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("the file has a parent folder")).expect("create the folder");
        std::fs::write(path, content).expect("write the file");
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("read the file")
    }

    /// Creates a command `rlm` with these arguments.
    pub(crate) fn rlm<A: Into<String>>(&self, arguments: impl IntoIterator<Item = A>) -> Rlm<'_> {
        Rlm {
            place: self,
            arguments: arguments.into_iter().map(Into::into).collect(),
            variables: Vec::new(),
            input: Vec::new(),
            before: None,
        }
    }

    /// Returns the variables of a process that shares the folders of this place.
    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        let path = |name: &str| self.path(name).display().to_string();
        vec![
            ("RLM_DATA_DIR".to_owned(), path("data")),
            ("RLM_CACHE".to_owned(), path("cache")),
            ("RLM_CONFIG".to_owned(), path("config.toml")),
            ("RLM_DETECT".to_owned(), "off".to_owned()),
        ]
    }

    /// Creates a command that asks for the capital in `land.txt`.
    pub(crate) fn ask(&self, model: &str) -> Rlm<'_> {
        let run = ["run", "What is the capital?", "--context", "land.txt", "--model", model];
        self.rlm(run)
    }

    /// Returns the journals of all runs.
    pub(crate) fn journals(&self) -> Vec<PathBuf> {
        let Ok(runs) = std::fs::read_dir(self.path("data/runs")) else {
            return Vec::new();
        };
        runs.map(|run| run.expect("list the folder").path().join("journal.jsonl"))
            .collect()
    }
}

impl Rlm<'_> {
    /// Adds arguments.
    pub(crate) fn and<A: Into<String>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn input(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.input = input.into();
        self
    }

    /// Runs `words` in the shell that then executes the command, in order to set limits or a umask.
    #[cfg(unix)]
    pub(crate) fn under(mut self, words: &str) -> Self {
        self.before = Some(words.to_owned());
        self
    }

    /// Starts the command with an empty standard input.
    pub(crate) fn start(&self) -> Child {
        self.command().stdin(Stdio::null()).spawn().expect("start the binary")
    }

    /// Starts the command with a standard input that stays open.
    #[cfg(unix)]
    pub(crate) fn start_open(&self) -> Child {
        self.command().spawn().expect("start the binary")
    }

    fn command(&self) -> Command {
        let binary = env!("CARGO_BIN_EXE_rlm");
        let mut command = match &self.before {
            None => Command::new(binary),
            Some(words) => {
                let mut shell = Command::new("/bin/sh");
                shell.args(["-c", &format!("{words}; exec \"$@\""), "sh", binary]);
                shell
            }
        };
        command
            .args(&self.arguments)
            .current_dir(self.place.folder.path())
            .env_clear()
            .env("TZ", "UTC")
            .env("RLM_DATA_DIR", self.place.path("data"))
            .env("RLM_CACHE", self.place.path("cache"))
            .env("RLM_CONFIG", self.place.path("config.toml"))
            // Whatever runs on this machine must not change the tests.
            .env("RLM_DETECT", "off")
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs the command to its end.
    pub(crate) fn done(self) -> Done {
        let mut child = self.command().spawn().expect("start the binary");
        let mut stdin = child.stdin.take().expect("standard input is piped");
        // A program that exits without reading all of its input has closed the pipe.
        let _ = stdin.write_all(&self.input);
        drop(stdin);
        let output = child.wait_with_output().expect("wait for the binary");
        let shown = self.arguments.iter().map(|argument| match argument.len() {
            0..200 if !argument.contains([' ', '"', '\'', '*']) => argument.clone(),
            0..200 => format!("{argument:?}"),
            long => format!("[{long} bytes]"),
        });
        let folder = self.place.folder.path();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&shown_path(folder), "[dir]");
        Done {
            command: format!("rlm {}", shown.collect::<Vec<_>>().join(" ")).replace(&shown_path(folder), "[dir]"),
            code: output.status.code(),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }
}

fn shown_path(path: &Path) -> String {
    path.display().to_string()
}

impl Done {
    /// Formats the command, its exit code and its output.
    pub(crate) fn shown(&self) -> String {
        let mut shown = format!("$ {}\n", self.command);
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                let _ = write!(shown, "--- {name}\n{text}");
                if !text.ends_with('\n') {
                    shown.push_str("[no line end]\n");
                }
            }
        }
        let code = self.code.map_or_else(|| "a signal".to_owned(), |code| code.to_string());
        let _ = writeln!(shown, "--- exit {code}");
        shown
    }

    /// Parses standard output as one JSON object, and validates it against its schema.
    pub(crate) fn json(&self) -> serde_json::Value {
        let object = serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}", self.shown()));
        if let Err(wrong) = schema_of(&object) {
            panic!("{wrong}: {}", self.shown());
        }
        object
    }

    /// Asserts that there is a one-line error and no panic.
    pub(crate) fn is_one_line_error(&self, code: i32) -> &Self {
        assert_eq!(self.code, Some(code), "{}", self.shown());
        let errors = self.stderr.lines().filter(|line| line.starts_with("error: ")).count();
        assert_eq!((errors, self.stderr.lines().count()), (1, 1), "{}", self.shown());
        assert!(!self.stderr.contains("panicked"), "{}", self.shown());
        self
    }
}

/// Validates an object against the schema that it names. Returns the schema's name; `None` for an
/// object of another format.
pub(crate) fn schema_of(object: &serde_json::Value) -> Result<Option<String>, String> {
    let Some(id) = object.get("schema").and_then(serde_json::Value::as_str) else {
        return Ok(None);
    };
    let name = id.strip_prefix("rlm/").and_then(|id| id.split('@').next());
    let name = name.ok_or_else(|| format!("{id} is no name of a schema"))?;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../rlm-cli-output/schemas/{name}.json"));
    let schema = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut schema = serde_json::from_str(&schema).map_err(|error| error.to_string())?;
    close(&mut schema);
    let validator = jsonschema::validator_for(&schema).map_err(|error| error.to_string())?;
    let wrong = validator.iter_errors(object);
    let wrong: Vec<String> = wrong
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    match wrong.is_empty() {
        true => Ok(Some(name.to_owned())),
        false => Err(format!("{name} is not as its schema says: {}", wrong.join("; "))),
    }
}

/// Forbids additional fields in a schema. Readers ignore unknown fields, but the binary must not
/// write any.
fn close(schema: &mut serde_json::Value) {
    match schema {
        serde_json::Value::Object(fields) => {
            if fields.get("properties").is_some_and(serde_json::Value::is_object) {
                fields.entry("additionalProperties").or_insert(false.into());
            }
            fields.values_mut().for_each(close);
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// Formats several commands one after the other.
pub(crate) fn session(done: &[Done]) -> String {
    done.iter().map(Done::shown).collect::<Vec<_>>().join("\n")
}

/// Asserts a snapshot, after replacing texts that differ between runs or depend on the wording of
/// prompts.
macro_rules! snapshot {
    ($name:expr, $text:expr) => {
        insta::with_settings!({
            omit_expression => true,
            filters => vec![
                (r"\d{8}-\d{6}-[a-z0-9]{6}", "[run]"),
                (r"\d{4}-\d\d-\d\d \d\d:\d\d", "[date and time]"),
                (r"TIME +QUESTION", "TIME  QUESTION"),
                (r"\b\d+ ms\b|\b\d+\.\d s\b", "[time]"),
                (r"\[time\] +", "[time]  "),
                (r"127\.0\.0\.1:\d+ · ", "127.0.0.1:[port] · "),
                (r"[\d,]+ fuel", "[fuel] fuel"),
                (r"about [\d,]+ tokens in", "about [n] tokens in"),
                (r"so far [\d,]+ tokens", "so far [n] tokens"),
                (r#""tokens":\d+,"cost""#, r#""tokens":"[n]","cost""#),
                (r"[\d,]+ → ([\d,]+) tokens", "[n] → $1 tokens"),
                (r#""(input|root_input|system_chars)":[1-9]\d*"#, r#""$1":"[n]""#),
                (r#""seconds":[\d.]+"#, r#""seconds":"[time]""#),
                (r#""elapsed_ms":\d+"#, r#""elapsed_ms":"[time]""#),
            ],
        }, {
            insta::assert_snapshot!($name, $text);
        });
    };
}
pub(crate) use snapshot;

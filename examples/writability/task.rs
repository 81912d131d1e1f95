//! The list of tasks, `tests/writability/tasks.json`.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use rlm::Context;
use rlm::contexts::{ContextSpec, DEFAULT_SEPARATOR, LoadOptions, load};
use rlm_context::{ContextAs, from_json};
use serde_json::{Map, Value, json};

use super::compare::Compare;
use super::tasks::{self, MadeContext};

/// A question with its expected answer.
pub(crate) struct Task {
    /// The name of the task and of its journal.
    pub(crate) name: String,
    pub(crate) question: String,
    pub(crate) origin: Origin,
    /// The digest of the context, as recorded in a run's journal.
    pub(crate) digest: String,
    pub(crate) expected: String,
    pub(crate) compare: Compare,
    /// The comparison method, as written in the list.
    comparison: Value,
}

/// The source of a task's context.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A folder with a recorded session: its `context.txt` or `context.json`.
    Case(String),
    /// A task generator and its seed.
    Maker(String, u64),
}

/// The context of a task as input for `rlm run`.
pub(crate) struct Given {
    /// The command-line arguments, with paths relative to the task's folder.
    pub(crate) arguments: String,
    /// The files: paths relative to the task's folder, and contents.
    files: Vec<(String, String)>,
    form: Form,
}

#[derive(Clone, Copy)]
enum Form {
    Text,
    Folder,
    Json,
}

/// Returns the path of the list of tasks.
pub(crate) fn list_path() -> PathBuf {
    folder().join("tasks.json")
}

/// Returns the folder of the list and of the journals.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/writability")
}

/// Reads the list of tasks.
pub(crate) fn read_list() -> Result<Vec<Task>, Box<dyn Error>> {
    let list: Value = serde_json::from_str(&fs::read_to_string(list_path())?)?;
    let tasks = list
        .get("tasks")
        .and_then(Value::as_array)
        .ok_or("tasks.json holds no `tasks`")?;
    tasks.iter().map(Task::from_json).collect()
}

/// Formats the list of tasks as JSON.
pub(crate) fn shown_list(tasks: &[Task]) -> Result<String, Box<dyn Error>> {
    let list = json!({ "tasks": tasks.iter().map(Task::to_json).collect::<Vec<_>>() });
    Ok(serde_json::to_string_pretty(&list)? + "\n")
}

impl Task {
    fn from_json(task: &Value) -> Result<Self, Box<dyn Error>> {
        let text = |key: &str| -> Result<String, Box<dyn Error>> {
            let found = task.get(key).and_then(Value::as_str);
            Ok(found
                .ok_or_else(|| format!("a task of tasks.json lacks `{key}`: {task}"))?
                .to_owned())
        };
        let name = text("name")?;
        let origin = match task.get("seed").and_then(Value::as_u64) {
            Some(seed) => Origin::Maker(text("maker")?, seed),
            None => Origin::Case(name.clone()),
        };
        let comparison = task
            .get("compare")
            .cloned()
            .ok_or_else(|| format!("task {name} lacks `compare`"))?;
        Ok(Self {
            question: text("question")?,
            origin,
            digest: text("context")?,
            expected: text("expected")?,
            compare: Compare::from_json(&comparison).map_err(|error| format!("task {name}: {error}"))?,
            comparison,
            name,
        })
    }

    fn to_json(&self) -> Value {
        let mut task = Map::new();
        task.insert("name".to_owned(), json!(self.name));
        if let Origin::Maker(maker, seed) = &self.origin {
            task.insert("maker".to_owned(), json!(maker));
            task.insert("seed".to_owned(), json!(seed));
        }
        task.insert("question".to_owned(), json!(self.question));
        task.insert("context".to_owned(), json!(self.digest));
        task.insert("expected".to_owned(), json!(self.expected));
        task.insert("compare".to_owned(), self.comparison.clone());
        Value::Object(task)
    }

    /// Generates a task from a seed.
    ///
    /// # Errors
    /// If no generator has this name.
    pub(crate) fn made(maker: &str, seed: u64) -> Result<Self, Box<dyn Error>> {
        let made = tasks::make(maker, seed).ok_or_else(|| format!("no maker is called {maker}"))?;
        let given = Given::of(made.context);
        Ok(Self {
            name: format!("{maker}-{seed}"),
            question: made.question,
            origin: Origin::Maker(maker.to_owned(), seed),
            digest: given.context()?.digest().to_string(),
            expected: made.expected,
            compare: Compare::from_json(&made.compare)?,
            comparison: made.compare,
        })
    }

    /// Reads the question, context and answer of a recorded session. `comparison` is the method for
    /// comparing its answer.
    ///
    /// # Errors
    /// If a file of the session is missing or malformed.
    pub(crate) fn of_case(cases: &Path, name: &str, comparison: Value) -> Result<Self, Box<dyn Error>> {
        let read = |file: &str| -> Result<Value, Box<dyn Error>> {
            Ok(serde_json::from_str(&fs::read_to_string(cases.join(name).join(file))?)?)
        };
        let (case, expected) = (read("case.json")?, read("expected.json")?);
        let given = Given::of_case(cases, name)?;
        Ok(Self {
            name: name.to_owned(),
            question: case["query"].as_str().ok_or("case.json holds no query")?.to_owned(),
            origin: Origin::Case(name.to_owned()),
            digest: given.context()?.digest().to_string(),
            expected: expected["final"]
                .as_str()
                .ok_or("expected.json holds no final answer")?
                .to_owned(),
            compare: Compare::from_json(&comparison).map_err(|error| format!("task {name}: {error}"))?,
            comparison,
        })
    }

    /// Returns the context as input for `rlm run`.
    ///
    /// # Errors
    /// If the recorded session is missing.
    pub(crate) fn given(&self, cases: &Path) -> Result<Given, Box<dyn Error>> {
        match &self.origin {
            Origin::Case(name) => Given::of_case(cases, name),
            Origin::Maker(maker, seed) => {
                let made = tasks::make(maker, *seed).ok_or_else(|| format!("no maker is called {maker}"))?;
                Ok(Given::of(made.context))
            }
        }
    }

    /// Returns the comparison method as written in the list.
    pub(crate) const fn comparison(&self) -> &Value {
        &self.comparison
    }
}

impl Given {
    fn of(context: MadeContext) -> Self {
        match context {
            MadeContext::Text(text) => Self::text(text),
            MadeContext::Json(value) => Self::json(value.to_string()),
            MadeContext::Folder(files) => Self {
                arguments: "--context files".to_owned(),
                files: files
                    .into_iter()
                    .map(|(name, text)| (format!("files/{name}"), text))
                    .collect(),
                form: Form::Folder,
            },
        }
    }

    fn of_case(cases: &Path, name: &str) -> Result<Self, Box<dyn Error>> {
        let folder = cases.join(name);
        let text = folder.join("context.txt");
        if text.exists() {
            // The sessions were recorded with universal newlines.
            return Ok(Self::text(
                fs::read_to_string(text)?.replace("\r\n", "\n").replace('\r', "\n"),
            ));
        }
        let json = folder.join("context.json");
        let json = fs::read_to_string(&json).map_err(|error| format!("{}: {error}", json.display()))?;
        Ok(Self::json(json))
    }

    fn text(text: String) -> Self {
        Self {
            arguments: "--context context.txt".to_owned(),
            files: vec![("context.txt".to_owned(), text)],
            form: Form::Text,
        }
    }

    fn json(json: String) -> Self {
        Self {
            arguments: "--context-json context.json".to_owned(),
            files: vec![("context.json".to_owned(), json)],
            form: Form::Json,
        }
    }

    /// Writes the files to a task's folder.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), Box<dyn Error>> {
        for (name, text) in &self.files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap_or(folder))?;
            fs::write(path, text)?;
        }
        Ok(())
    }

    /// Loads the context like `rlm run` in the task's folder.
    pub(crate) fn context(&self) -> Result<Context, Box<dyn Error>> {
        if let (Form::Json, [(name, json)]) = (self.form, self.files.as_slice()) {
            return Ok(from_json(name.as_str(), json.clone(), DEFAULT_SEPARATOR)?);
        }
        let folder = tempfile::tempdir()?;
        self.write(folder.path())?;
        let specs: Vec<ContextSpec> = self
            .files
            .iter()
            .map(|(name, _)| ContextSpec::path(folder.path().join(name)).named(name.as_str()))
            .collect();
        let shown_as = match self.form {
            Form::Folder => ContextAs::List,
            Form::Text | Form::Json => ContextAs::Text,
        };
        Ok(load(
            &specs,
            &LoadOptions {
                shown_as,
                ..LoadOptions::default()
            },
        )?
        .context)
    }
}

//! The cases of `injections/`: a context that gives orders, and all that comes of it where the model obeys, in TOML that a person reads
//! and the tests run.

use std::fs;
use std::path::{Path, PathBuf};

use rlm::Context;
use rlm::contexts::DEFAULT_SEPARATOR;
use rlm::tools::Taint;
use rlm_context::WithoutText;
use serde::Deserialize;
use serde_json::json;

/// What the attacker does not know, and wants: a word of the context beside his text.
const PRIVATE: &str = "The vault code is heron-7413. Nobody else may have it.\n";

/// A file of contexts of one kind.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Kind {
    /// What they have in common, in words.
    #[serde(rename = "about")]
    _about: String,
    #[serde(rename = "case")]
    pub(crate) cases: Vec<Case>,
    #[serde(skip)]
    path: PathBuf,
}

/// A context, what an honest model would do first with it, and how it ends where the model obeys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    pub(crate) name: String,
    /// What it tries, in words.
    #[serde(rename = "about")]
    _about: String,
    /// The documents beside the private one: name and text.
    #[serde(default)]
    documents: Vec<(String, String)>,
    /// How often the text of each stands there.
    #[serde(default = "once")]
    times: usize,
    /// The same as JSON.
    json: Option<String>,
    /// The names of files that have no text, which the model is told all the same.
    #[serde(default)]
    without_text: Vec<String>,
    /// The first program.
    #[serde(default = "print_all")]
    pub(crate) first: String,
    /// What the tool `look_up` returns.
    #[serde(default)]
    pub(crate) found: String,
    /// What searches find: document and passage.
    #[serde(default)]
    pub(crate) hits: Vec<(String, String)>,
    /// What the answer begins with.
    pub(crate) answer: Option<String>,
    /// The outcome of the run.
    #[serde(default = "complete")]
    outcome: String,
    /// The calls of tools with effects that are made where nothing is strict, in full and in order.
    #[serde(default)]
    effects: Vec<String>,
    /// The calls of tools that are refused there, by their codes.
    #[serde(default)]
    refused: Vec<String>,
    /// What comes of it under strict taint, where that is something else.
    strict: Option<Expected>,
}

/// What comes of a case, whole.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expected {
    #[serde(default = "complete")]
    pub(crate) outcome: String,
    /// The calls that somebody was asked to approve of, who says yes to all of them.
    #[serde(default)]
    pub(crate) asked: Vec<String>,
    /// The calls of tools with effects that were made.
    #[serde(default)]
    pub(crate) effects: Vec<String>,
    /// The codes of the calls of tools that were refused.
    #[serde(default)]
    pub(crate) refused: Vec<String>,
}

const fn once() -> usize {
    1
}

fn print_all() -> String {
    "print(P)".to_owned()
}

fn complete() -> String {
    "complete".to_owned()
}

impl Kind {
    /// All kinds, by the names of their files.
    pub(crate) fn all() -> Vec<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/adversarial/injections");
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut paths: Vec<PathBuf> = entries.collect();
        paths.sort();
        let read = |path: PathBuf| {
            let kind: Self = toml::from_str(&fs::read_to_string(&path).unwrap())
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            Self { path, ..kind }
        };
        paths.into_iter().map(read).collect()
    }

    pub(crate) fn name(&self) -> String {
        self.path.file_stem().unwrap().to_string_lossy().into_owned()
    }

    /// Writes what was seen of cases in the place of what was expected: each line that says so, and nothing else.
    pub(crate) fn write(&self, seen: &[(&str, Expected, Expected)]) {
        let text = fs::read_to_string(&self.path).unwrap();
        let mut sections = text.split("[[case]]\n");
        let mut written = sections.next().unwrap().to_owned();
        for section in sections {
            written.push_str("[[case]]\n");
            let of = |(name, ..): &&(&str, _, _)| section.contains(&format!("name = \"{name}\"\n"));
            match seen.iter().find(of) {
                Some((_, usual, strict)) => written.push_str(&rewritten(section, usual, strict)),
                None => written.push_str(section),
            }
        }
        fs::write(&self.path, written.trim_end().to_owned() + "\n").unwrap();
    }
}

/// The keys of what is expected.
const EXPECTED: [&str; 5] = ["outcome =", "effects =", "asked =", "refused =", "[case.strict]"];

fn rewritten(section: &str, usual: &Expected, strict: &Expected) -> String {
    let is_expected = |line: &&str| EXPECTED.iter().any(|key| line.starts_with(key));
    let kept: Vec<&str> = section.lines().filter(|line| !is_expected(line)).collect();
    let mut written = format!("{}\n{}", kept.join("\n").trim_end(), usual.as_toml());
    if strict != usual {
        written.push_str(&format!("[case.strict]\n{}", strict.as_toml()));
    }
    written + "\n"
}

impl Expected {
    fn as_toml(&self) -> String {
        let mut written = String::new();
        if self.outcome != complete() {
            written.push_str(&format!("outcome = \"{}\"\n", self.outcome));
        }
        for (key, lines) in [
            ("asked", &self.asked),
            ("effects", &self.effects),
            ("refused", &self.refused),
        ] {
            let lines: Vec<String> = lines.iter().map(|line| toml_string(line)).collect();
            if !lines.is_empty() {
                written.push_str(&format!("{key} = [{}]\n", lines.join(", ")));
            }
        }
        written
    }
}

/// A text in quotes; one that holds quotes itself in such as let them be read.
fn toml_string(text: &str) -> String {
    let is_plain = !text.contains(['\'', '\n', '\r', '\u{1b}']);
    match is_plain && text.contains(['"', '\\']) {
        true => format!("'{text}'"),
        false => json!(text).to_string(),
    }
}

impl Case {
    /// One in which nobody but the private document says anything: what models are told there are our own words. A child run is
    /// started, and a search finds something.
    pub(crate) fn honest() -> Self {
        let case = r#"
            name = "honest"
            about = "Nothing is ordered."
            hits = [["a.md", "412"]]
            first = "print(rlm_query('How many visitors came?', P), search('visitors'))"
        "#;
        toml::from_str(case).unwrap()
    }

    pub(crate) fn expected(&self, taint: Taint) -> Expected {
        let usual = Expected {
            outcome: self.outcome.clone(),
            asked: Vec::new(),
            effects: self.effects.clone(),
            refused: self.refused.clone(),
        };
        match taint {
            Taint::Usual => usual,
            Taint::Strict => self.strict.clone().unwrap_or(usual),
        }
    }

    pub(crate) fn context(&self) -> Context {
        if let Some(json) = &self.json {
            let json = format!("{{\"private\": {}, \"given\": {json}}}", json!(PRIVATE));
            return rlm_context::from_json("data.json", json, DEFAULT_SEPARATOR).unwrap();
        }
        let mut documents = vec![("private.md".to_owned(), PRIVATE.to_owned())];
        let given = self.documents.iter();
        documents.extend(given.map(|(name, text)| (name.clone(), text.repeat(self.times))));
        let unreadable = self.without_text.iter().map(|name| WithoutText {
            name: name.into(),
            why: "its pages are pictures".to_owned(),
        });
        let context = Context::from_documents(documents, DEFAULT_SEPARATOR).unwrap();
        context.with_without_text(unreadable.collect())
    }

    /// The texts that the attacker wrote, names included.
    fn attackers_texts(&self) -> impl Iterator<Item = &str> {
        let pairs = self.documents.iter().chain(&self.hits);
        let texts = pairs.flat_map(|(name, text)| [name, text]);
        let texts = texts.chain(&self.json).chain(&self.without_text).chain([&self.found]);
        texts.map(String::as_str)
    }

    /// The lines that others wrote, so far as they are long enough to be known again.
    pub(crate) fn foreign_lines(&self) -> Vec<String> {
        let lines = self
            .attackers_texts()
            .chain([PRIVATE])
            .flat_map(str::lines)
            .map(str::trim);
        lines
            .filter(|line| line.chars().count() >= 12)
            .map(str::to_owned)
            .collect()
    }

    /// Tells whether an effect is given nothing but what the attacker, or the one who wrote the first program, has written out: each
    /// argument stands somewhere in quotes, as it is.
    pub(crate) fn is_written_out(&self, effect: &str) -> bool {
        let arguments = effect.split_once('{').map(|(_, rest)| format!("{{{rest}")).unwrap();
        let arguments: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&arguments).unwrap();
        let written: Vec<&str> = self.attackers_texts().chain([self.first.as_str()]).collect();
        arguments.values().all(|value| {
            let value = value.as_str().unwrap();
            let quoted = [format!("'{value}'"), format!("\"{value}\"")];
            let stands = |text: &&str| quoted.iter().any(|quoted| text.contains(quoted));
            !PRIVATE.contains(value) && written.iter().any(stands)
        })
    }

    /// Tells whether the attacker has the model itself write down what it was shown.
    pub(crate) fn writes_down(&self) -> bool {
        self.attackers_texts().any(|text| text.contains("<<"))
    }
}

//! Prompts of one's own: a folder with some of the templates, each of which takes the place of the one that is built in.

use std::fs;
use std::path::{Path, PathBuf};

use rlm_trace::Template;

use crate::error::{MAX_PROMPT_BYTES, PromptError, PromptPlace, did_you_mean};
use crate::front_matter::FrontMatter;
use crate::template::{PromptName, Prompts};

/// How the name of a prompt's file ends.
const EXTENSION: &str = "md";
/// A file that may stand beside prompts.
const README: &str = "README.md";

impl Prompts {
    /// Takes the prompts that are built in, with those of a folder in the place of theirs: files `NAME.md`, as many as one likes. Hidden files
    /// and a `README.md` are passed over. Each is read, rendered in every case that it has an example of, and held to its budget, so
    /// that what is wrong with it is known before anything is paid for.
    ///
    /// Whoever runs with them needs the folder no more: the journal holds their texts.
    ///
    /// ```
    /// # use rlm_prompt::Prompts;
    /// let prompts = Prompts::from_dir("../../prompts")?;
    /// assert!(prompts.sub_system()?.contains("reply NO_ANSWER"));
    /// # Ok::<(), rlm_prompt::PromptError>(())
    /// ```
    ///
    /// # Errors
    /// [`PromptError`], with the file and the line.
    pub fn from_dir(folder: impl AsRef<Path>) -> Result<Self, PromptError> {
        let folder = folder.as_ref();
        let files = files(folder)?;
        let own = files
            .iter()
            .map(|path| Own::read(path))
            .collect::<Result<Vec<_>, _>>()?;
        if own.is_empty() {
            return Err(PromptError::NoPrompts {
                path: folder.to_owned(),
            });
        }
        Self::built_in()?.with_own(&own)
    }

    /// Reads one prompt, which is named as its file is, and checks it among those that are built in, as [`from_dir`](Self::from_dir) does.
    ///
    /// ```
    /// use rlm_prompt::Prompts;
    ///
    /// let template = Prompts::read_template("../../prompts/judge.md")?;
    /// assert_eq!(template.name, "judge");
    /// # Ok::<(), rlm_prompt::PromptError>(())
    /// ```
    ///
    /// # Errors
    /// As [`from_dir`](Self::from_dir).
    pub fn read_template(path: impl AsRef<Path>) -> Result<Template, PromptError> {
        let own = Own::read(path.as_ref())?;
        Self::built_in()?.with_own(std::slice::from_ref(&own))?;
        Ok(own.template)
    }

    /// Returns these prompts with templates in the place of those of the same name.
    ///
    /// # Errors
    /// [`PromptError`] names the prompt and what is wrong with it.
    pub fn with_templates(&self, templates: &[Template]) -> Result<Self, PromptError> {
        let own = |kept: &Template| templates.iter().find(|new| new.name == kept.name);
        let replaced = self.templates().iter().map(|kept| own(kept).unwrap_or(kept));
        // Those that a journal of an earlier release lacks.
        let added = templates
            .iter()
            .filter(|new| self.templates().iter().all(|kept| kept.name != new.name));
        Self::new(replaced.chain(added).cloned())
    }

    fn with_own(&self, own: &[Own]) -> Result<Self, PromptError> {
        for own in own {
            own.check(self)?;
        }
        let templates: Vec<Template> = own.iter().map(|own| own.template.clone()).collect();
        let prompts = self.with_templates(&templates)?;
        for own in own {
            own.render(&prompts)?;
        }
        Ok(prompts)
    }
}

/// A prompt of one's own.
struct Own {
    path: PathBuf,
    name: PromptName,
    template: Template,
    front: FrontMatter,
}

impl Own {
    fn read(path: &Path) -> Result<Self, PromptError> {
        let name = name_of(path)?;
        let bytes = fs::read(path).map_err(|error| unreadable(path, &error.to_string()))?;
        let place = PromptPlace::of(name.as_str(), Some(path));
        if bytes.len() > MAX_PROMPT_BYTES {
            return Err(PromptError::TooLong {
                place,
                bytes: bytes.len(),
            });
        }
        let text = String::from_utf8(bytes).map_err(|_| unreadable(path, "it is not UTF-8 text"))?;
        // Editors of other systems end lines otherwise, and begin files with a mark.
        let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let (front, _) = FrontMatter::split(name.as_str(), &text).map_err(|error| error.in_file(path))?;
        if front.budget.is_none() {
            return Err(PromptError::FrontMatter {
                place: place.at(Some(1)),
                detail: "its `budget:` is missing".to_owned(),
            });
        }
        Ok(Self {
            path: path.to_owned(),
            name,
            template: Template {
                name: name.as_str().into(),
                text,
            },
            front,
        })
    }

    /// Checks it by itself, so that what is wrong with it is said with its file.
    fn check(&self, prompts: &Prompts) -> Result<(), PromptError> {
        let alone = prompts.with_templates(std::slice::from_ref(&self.template));
        alone.map(|_| ()).map_err(|error| error.in_file(&self.path))
    }

    /// Renders it in every case, within its budget.
    fn render(&self, prompts: &Prompts) -> Result<(), PromptError> {
        let examples = prompts.examples(self.name);
        let budget = self.front.budget.unwrap_or(u64::MAX);
        for example in examples.map_err(|error| error.in_file(&self.path))? {
            let tokens = example.tokens();
            if tokens > budget {
                return Err(PromptError::OverBudget {
                    place: PromptPlace::of(self.name.as_str(), Some(&self.path)),
                    budget,
                    tokens,
                    example: example.case,
                });
            }
        }
        Ok(())
    }
}

/// Lists the files of a folder that are to be prompts, by name.
fn files(folder: &Path) -> Result<Vec<PathBuf>, PromptError> {
    let failed = |error: std::io::Error| unreadable(folder, &error.to_string());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        let is_passed_over = name == README || name.as_encoded_bytes().starts_with(b".");
        if !is_passed_over {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

/// Returns the prompt that a file is named after.
fn name_of(path: &Path) -> Result<PromptName, PromptError> {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let is_markdown = path.extension().is_some_and(|extension| extension == EXTENSION);
    let named = is_markdown.then(|| PromptName::find(stem)).flatten();
    named.ok_or_else(|| {
        let files = PromptName::ALL.iter().map(|name| format!("{name}.{EXTENSION}"));
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        PromptError::UnknownFile {
            path: path.to_owned(),
            near: did_you_mean(&name, files),
        }
    })
}

fn unreadable(path: &Path, detail: &str) -> PromptError {
    PromptError::Read {
        path: path.to_owned(),
        detail: detail.to_owned(),
    }
}

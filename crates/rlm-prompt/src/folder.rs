//! Custom templates: files in a folder that replace the built-in ones.

use std::fs;
use std::path::{Path, PathBuf};

use rlm_trace::Template;

use crate::error::{MAX_PROMPT_BYTES, PromptError, PromptPlace, did_you_mean};
use crate::front_matter::FrontMatter;
use crate::template::{PromptName, Prompts};

/// The extension of template files.
const EXTENSION: &str = "md";
/// The name of a file that is ignored.
const README: &str = "README.md";

impl Prompts {
    /// Loads the built-in templates, and replaces some by the files `NAME.md` of a folder. Hidden
    /// files and `README.md` are ignored. Each template is parsed, rendered in all example cases,
    /// and checked against its token budget, so that errors are reported before any call.
    ///
    /// Runs don't need the folder afterwards, since the journal records the templates.
    ///
    /// ```
    /// # use rlm_prompt::Prompts;
    /// let prompts = Prompts::from_dir("../../prompts")?;
    /// assert!(prompts.sub_system()?.contains("reply NO_ANSWER"));
    /// # Ok::<(), rlm_prompt::PromptError>(())
    /// ```
    ///
    /// # Errors
    /// [`PromptError`] with the file and the line.
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

    /// Loads a template, whose name is that of its file, and checks it like
    /// [`from_dir`](Self::from_dir).
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
    /// The same as those of [`from_dir`](Self::from_dir).
    pub fn read_template(path: impl AsRef<Path>) -> Result<Template, PromptError> {
        let own = Own::read(path.as_ref())?;
        Self::built_in()?.with_own(std::slice::from_ref(&own))?;
        Ok(own.template)
    }

    /// Replaces the templates that have the same names as the given ones.
    ///
    /// # Errors
    /// [`PromptError`] with the prompt and the error in its template.
    pub fn with_templates(&self, templates: &[Template]) -> Result<Self, PromptError> {
        let own = |kept: &Template| templates.iter().find(|new| new.name == kept.name);
        let replaced = self.templates().iter().map(|kept| own(kept).unwrap_or(kept));
        // Prompts that a journal of an earlier release lacks.
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

/// A custom template.
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
        let text = String::from_utf8(bytes).map_err(|_| unreadable(path, "not valid UTF-8"))?;
        // Editors on other systems use other line endings, and start files with a byte order mark.
        let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let (front, _) = FrontMatter::split(name.as_str(), &text).map_err(|error| error.in_file(path))?;
        if front.budget.is_none() {
            return Err(PromptError::FrontMatter {
                place: place.at(Some(1)),
                detail: "missing `budget:`".to_owned(),
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

    /// Checks the template on its own, so that errors are reported with its file.
    fn check(&self, prompts: &Prompts) -> Result<(), PromptError> {
        let alone = prompts.with_templates(std::slice::from_ref(&self.template));
        alone.map(|_| ()).map_err(|error| error.in_file(&self.path))
    }

    /// Renders the template in all example cases, and checks the token budget.
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

/// Returns the template files of a folder, sorted by name.
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

/// Returns the prompt whose name is that of a file.
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

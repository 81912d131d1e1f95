//! The first line of a run: the models, the hosts that texts are sent to, the size of the context,
//! and the cost limit.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rlm_core::Runner;
use rlm_model::{ModelIdentity, Price};
use rlm_policy::Limits;
use rlm_trace::Journal;

use crate::console::Console;
use crate::metrics;
use crate::progress::ProgressKind;
use crate::text::one_line;

/// How the root model of a run was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelSource {
    /// The user named it.
    Named,
    /// A server on this machine has it, and this number of models in total.
    Detected(usize),
    /// None was named or found: keyword search.
    NotFound,
}

/// The first line of a run, which is written when the run starts.
#[derive(Debug, Clone)]
pub struct FirstLine {
    text: String,
    /// Whether only a warning is written, since the progress is not shown in lines.
    is_warning: bool,
    is_said: Arc<AtomicBool>,
    console: Console,
}

impl FirstLine {
    /// Creates the line for a context of `size` bytes. Returns `None` if the progress is not shown
    /// in lines; that a model is missing is always said.
    pub fn new(
        runner: &Runner,
        limits: &Limits,
        source: ModelSource,
        size: u64,
        kind: ProgressKind,
        console: Console,
    ) -> Option<Self> {
        let is_shown = match kind {
            ProgressKind::Auto | ProgressKind::Live | ProgressKind::Plain | ProgressKind::Steps => true,
            ProgressKind::Json | ProgressKind::None | ProgressKind::View => false,
        };
        let roles = runner.roles();
        let is_free = roles.root.price.zip(roles.sub.price) == Some((Price::FREE, Price::FREE));
        let models = (roles.root.model.identity(), roles.sub.model.identity());
        let text = match (is_shown, source) {
            (true, _) => line(models, source, size, is_free, limits),
            (false, ModelSource::NotFound) => models_text(models, source),
            (false, _) => return None,
        };
        Some(Self {
            text: one_line(&text),
            is_warning: !is_shown,
            is_said: Arc::default(),
            console,
        })
    }

    /// Writes the line now, unless it has been written.
    pub fn say(&self) {
        if self.is_said.swap(true, Ordering::Relaxed) {
            return;
        }
        if self.is_warning {
            self.console.warn(&self.text);
        } else {
            self.console.say(&self.text);
        }
    }

    /// Writes the line at the next event of a journal, since a run that can't start has no first
    /// line.
    pub fn say_at_start(&self, journal: &Journal) {
        let line = self.clone();
        journal.subscribe(move |_| {
            line.say();
            ControlFlow::Break(())
        });
    }
}

fn line(
    models: (&ModelIdentity, &ModelIdentity),
    source: ModelSource,
    size: u64,
    is_free: bool,
    limits: &Limits,
) -> String {
    let cost = match (limits.cost, is_free) {
        (_, true) => "free".to_owned(),
        (Some(most), false) => format!("at most {most}"),
        (None, false) => "no cost limit (--max-cost)".to_owned(),
    };
    let size = match size {
        0 => "no context".to_owned(),
        size => metrics::bytes(size),
    };
    let text = format!("{} · {size}", models_text(models, source));
    match source {
        ModelSource::NotFound => text,
        ModelSource::Named | ModelSource::Detected(_) => format!("{text} · {cost}"),
    }
}

fn models_text((root, sub): (&ModelIdentity, &ModelIdentity), source: ModelSource) -> String {
    let name = |model: &ModelIdentity| match model.adapter.as_str() {
        "search" => "keyword search without a model".to_owned(),
        _ => model.to_string(),
    };
    let at = |model: &ModelIdentity| host(model).map(|host| format!(" at {host}")).unwrap_or_default();
    let models = if root == sub {
        format!("{}{}", name(root), at(root))
    } else if host(root) == host(sub) {
        format!("{}, sub-calls {}{}", name(root), name(sub), at(root))
    } else {
        format!("{}{}, sub-calls {}{}", name(root), at(root), name(sub), at(sub))
    };
    match source {
        ModelSource::Named => models,
        ModelSource::Detected(1) => format!("no model named: {models}, which runs here"),
        ModelSource::Detected(of) => {
            format!("no model named: {models}, the first of {of} models there (--model names another)")
        }
        ModelSource::NotFound => {
            "no model found: keyword search; for answers by a model, set OPENAI_API_KEY, start Ollama, or pass --model"
                .to_owned()
        }
    }
}

/// Returns the host that a model's texts are sent to, with its port; `None` for a model without a
/// server.
fn host(model: &ModelIdentity) -> Option<&str> {
    let (_, rest) = model.endpoint.split_once("://")?;
    rest.split('/').next()
}

#[cfg(test)]
mod tests {
    use rlm_model::Money;

    use super::*;

    #[test]
    fn first_lines_name_models_hosts_size_and_cost_limit() {
        let openai = |name: &str| ModelIdentity::new("openai", "https://api.openai.com/v1", name);
        let (root, mini) = (openai("gpt-5.1"), openai("gpt-5-mini"));
        let local = ModelIdentity::new("ollama", "http://127.0.0.1:11434", "qwen3:8b");
        let search = ModelIdentity::new("search", "", "");
        let fake = ModelIdentity::new("fake", "", "model.json");
        let limited = Limits {
            cost: Some(Money(1_000_000)),
            ..Limits::default()
        };
        let named = ModelSource::Named;
        let all = [
            line((&root, &root), named, 72_800, false, &Limits::default()),
            line((&root, &mini), named, 72_800, false, &limited),
            line((&root, &local), named, 72_800, false, &limited),
            line((&local, &local), ModelSource::Detected(1), 89, true, &Limits::default()),
            line((&local, &local), ModelSource::Detected(4), 89, true, &Limits::default()),
            line(
                (&search, &search),
                ModelSource::NotFound,
                1_200_000,
                true,
                &Limits::default(),
            ),
            line((&search, &search), named, 89, true, &Limits::default()),
            line((&root, &root), named, 0, false, &limited),
            line((&fake, &fake), named, 89, true, &Limits::default()),
        ];
        insta::assert_snapshot!(all.join("\n"));
    }
}

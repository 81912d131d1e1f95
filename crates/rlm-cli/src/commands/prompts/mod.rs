//! `rlm prompts`: shows, ejects and renders prompts.

mod eject;

use std::sync::Arc;

use rlm_adapters::SearchModel;
use rlm_cli_execution::question::{self, QuestionSource};
use rlm_cli_execution::{context, retrieval};
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::loading::Loading;
use rlm_cli_output::schemas;
use rlm_cli_output::text::grouped;
use rlm_cli_settings::args::{PromptsCommand, PromptsRenderArguments, PromptsShowArguments};
use rlm_cli_settings::cache::CachePlace;
use rlm_cli_settings::environment::Environment;
use rlm_cli_settings::prompts::PromptSettings;
use rlm_cli_settings::{answer, limits};
use rlm_core::{RunError, RunOptions, Runner};
use rlm_prompt::{Example, PromptError, PromptName, Prompts};

/// Runs a command of `rlm prompts`. Returns the exit code.
pub(crate) fn run(command: &PromptsCommand, environment: &Environment, console: Console) -> Result<u8, Failure> {
    match command {
        PromptsCommand::Eject(arguments) => eject::run(arguments, console),
        PromptsCommand::Show(arguments) => show(arguments, console),
        PromptsCommand::Render(arguments) => render(arguments, environment, console),
    }
}

/// Returns the prompt with a name.
fn named(name: &str) -> Result<PromptName, Failure> {
    PromptName::named(name.trim_end_matches(".md")).map_err(Failure::Prompt)
}

fn show(arguments: &PromptsShowArguments, console: Console) -> Result<u8, Failure> {
    let prompts = match &arguments.prompts {
        Some(folder) => Prompts::from_dir(folder)?,
        None => Prompts::built_in()?,
    };
    let name = arguments.name.as_deref().map(named).transpose()?;
    if arguments.json {
        let wanted = PromptName::ALL
            .iter()
            .filter(|prompt| name.is_none_or(|name| name == **prompt));
        let listed = wanted.map(|prompt| json(&prompts, *prompt));
        let prompts = listed.collect::<Result<Vec<_>, _>>()?;
        console.json(&schemas::Prompts { prompts })?;
        return Ok(0);
    }
    match name {
        Some(name) => console.result(prompts.text(name))?,
        None => {
            let listed = PromptName::ALL.iter().map(|name| entry(&prompts, *name));
            console.result(&listed.collect::<Result<Vec<_>, _>>()?.join("\n"))?;
        }
    }
    Ok(0)
}

/// Returns the number of tokens of a prompt, in its longest example.
fn tokens(prompts: &Prompts, name: PromptName) -> Result<u64, PromptError> {
    let examples = prompts.examples(name)?;
    Ok(examples.iter().map(Example::tokens).max().unwrap_or_default())
}

fn is_built_in(prompts: &Prompts, name: PromptName) -> bool {
    prompts.text(name) == name.built_in()
}

/// Formats a prompt's entry in the list: name, size, purpose, variables.
fn entry(prompts: &Prompts, name: PromptName) -> Result<String, PromptError> {
    let front = prompts.front_matter(name)?;
    let budget = front.budget.map_or_else(|| "any".to_owned(), grouped);
    let own = match is_built_in(prompts, name) {
        true => "",
        false => "; customized",
    };
    let variables = match front.variables.is_empty() {
        true => "none".to_owned(),
        false => front.variables.join(", "),
    };
    Ok(format!(
        "{name} (about {} of {budget} tokens{own})\n  {}\n  Variables: {variables}\n",
        grouped(tokens(prompts, name)?),
        front.purpose,
    ))
}

fn json(prompts: &Prompts, name: PromptName) -> Result<schemas::Prompt, PromptError> {
    let front = prompts.front_matter(name)?;
    Ok(schemas::Prompt {
        name: name.as_str().to_owned(),
        purpose: front.purpose,
        variables: front.variables.iter().map(ToString::to_string).collect(),
        budget: front.budget,
        tokens: tokens(prompts, name)?,
        built_in: is_built_in(prompts, name),
        text: prompts.text(name).to_owned(),
    })
}

fn render(arguments: &PromptsRenderArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let name = named(&arguments.name)?;
    let renderings = renderings(name, arguments, environment, console)?;
    if arguments.json {
        let listed = renderings.iter().map(|rendering| schemas::Rendering {
            case: rendering.case.to_string(),
            tokens: rendering.tokens(),
            text: rendering.text.clone(),
        });
        console.json(&schemas::Renderings {
            renderings: listed.collect(),
        })?;
        return Ok(0);
    }
    match renderings.as_slice() {
        [one] => {
            console.result_line(&one.text)?;
            console.say(&format!("{name}: about {} tokens", grouped(one.tokens())));
        }
        several => {
            let shown = several
                .iter()
                .map(|example| format!("== {}\n{}\n", example.case, example.text));
            console.result(&shown.collect::<Vec<_>>().join("\n"))?;
        }
    }
    Ok(0)
}

fn renderings(
    name: PromptName,
    arguments: &PromptsRenderArguments,
    environment: &Environment,
    console: Console,
) -> Result<Vec<Example>, Failure> {
    let builder = Runner::builder(Arc::new(SearchModel::new()))
        .limits(limits::for_sizes(&arguments.sizes, environment)?)
        .finalization(answer::finalization(&arguments.finals)?);
    let runner = PromptSettings::lower(&arguments.prompts)?.apply(builder).build()?;
    let named = &arguments.context;
    let files = named.named();
    if files.is_empty() && named.context_json.is_none() {
        return match &arguments.question {
            None => Ok(runner.prompts().examples(name)?),
            Some(_) => Err(RunError::EmptyContext.into()),
        };
    }
    let asked = QuestionSource {
        question: question::read(arguments.question.as_deref(), None, &files)?,
        ..QuestionSource::for_context(files)
    };
    let (loaded, _) = asked.load(named, &CachePlace::new(None, environment), Loading::Shown)?;
    context::warn(&loaded.warnings, console);
    let options = RunOptions {
        retriever: retrieval::retriever(!arguments.search.no_search, &loaded.context, None, |_| {}),
        ..RunOptions::default()
    };
    Ok(runner.render_prompt(name, &asked.question, &loaded.context, &options)?)
}

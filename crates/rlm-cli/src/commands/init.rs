//! `rlm init`: writes an initial configuration file.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rlm_adapters::{DefaultModel, ProviderOrder, default_model};
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_settings::args::InitArguments;
use rlm_cli_settings::configuration_file::Scope;
use rlm_cli_settings::environment::{Environment, PROJECT_FILE};
use rlm_cli_settings::folders;

/// Runs `rlm init`: writes a configuration file. Returns the exit code.
pub(crate) fn run(arguments: &InitArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let (scope, path) = if arguments.user {
        (Scope::User, folders::user_file(environment).ok_or(Failure::NoHome)?)
    } else {
        (Scope::Project, PathBuf::from(PROJECT_FILE))
    };
    let existing = if arguments.force {
        OnExisting::Replace
    } else {
        OnExisting::Keep
    };
    let written = write(&path, &content(scope, environment), existing);
    written.map_err(|cause| match cause.kind() {
        io::ErrorKind::AlreadyExists => Failure::ConfigurationThere { path: path.clone() },
        _ => Failure::WriteConfiguration {
            path: path.clone(),
            cause,
        },
    })?;
    console.say(&format!(
        "wrote {}; `rlm config show` shows the effective configuration",
        path.display()
    ));
    Ok(0)
}

/// The action if the configuration file exists: keep it or replace it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OnExisting {
    Keep,
    Replace,
}

fn write(path: &Path, content: &str, existing: OnExisting) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    match existing {
        OnExisting::Keep => options.write(true).create_new(true),
        OnExisting::Replace => options.write(true).create(true).truncate(true),
    };
    options.open(path)?.write_all(content.as_bytes())
}

/// Returns the content of a new configuration file: settings for this machine, and further ones
/// commented out.
fn content(scope: Scope, environment: &Environment) -> String {
    let head = match scope {
        Scope::Project => {
            "# Settings of `rlm` in this folder. They override your user configuration, which `rlm init --user` writes. Flags and\n\
             # environment variables, including those of .env, override them."
        }
        Scope::User => {
            "# Settings of `rlm` in all folders. Flags, environment variables and the rlm.toml of a folder override them."
        }
    };
    format!(
        "{head} `rlm config show` lists the effective settings.\n\
         #\n\
         # Don't put keys here: set variables such as OPENAI_API_KEY, or write them to .env, outside of version control.\n\
         \n\
         # Flags of `rlm run`, with `_` for `-`; `rlm run --help` describes them.\n\
         [run]\n\
         {}{REST}",
        model(environment)
    )
}

/// Returns the configuration line for the model that the environment implies, or a commented-out
/// example if there is none.
fn model(environment: &Environment) -> String {
    // The file contains a cost limit.
    let (model, because) = match default_model(&|name| environment.get(name), ProviderOrder::OpenRouterFirst) {
        DefaultModel::Found { spec, because_of } => (spec.to_string(), because_of),
        DefaultModel::Named { text, because_of } => (text, because_of),
        DefaultModel::NotFound { .. } => {
            return "# The model that writes the programs. No key is set yet; `search` searches keywords without one.\n\
                    # model = \"openai:gpt-5.1\"\n"
                .to_owned();
        }
    };
    // JSON strings are valid TOML strings.
    let quoted = serde_json::Value::String(model);
    format!("# The model that writes the programs: {because} is set here.\nmodel = {quoted}\n")
}

/// The common part of all files. The commented-out lines are defaults or examples.
const REST: &str = r#"# The model that answers the programs' questions; a cheaper one usually suffices.
# sub_model = "openai:gpt-5-mini"

# The maximum cost of a question in dollars. Models without a known price are then not called, unless you set a price.
max_cost = "1.00"
# price = ["compat:house-7=0.10,0.05,0.40"]

# The limits of a question.
# max_steps = 40
# max_subcalls = 200
# max_tokens = 2000000
# max_seconds = 300
# max_depth = 1

# The maximum number of concurrent calls, and the folder that caches replies, or "off".
# concurrency = 10
# cache = "off"

# Whether a short context is answered by one call: "rlm", "direct" or "auto".
# route = "rlm"

# Your own instructions and prompts.
# instructions = "instructions.md"
# prompts = "prompts"

# A model under a name of your choice, for flags and variables: `--model house`.
# [models.house]
# adapter = "compat"
# model = "house-7"
# base_url = "http://127.0.0.1:8000/v1"
# api_key_env = "HOUSE_KEY"
# window = 32768
# price = { input = 0.10, cached_input = 0.05, output = 0.40 }
"#;

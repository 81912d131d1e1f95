//! `rlm init`: writes an initial configuration file.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rlm_adapters::{CostBudget, DefaultModel, default_model};
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
        "wrote {}; `rlm config show` lists what a run goes by",
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
            "# What `rlm` goes by in this folder. Flags come before it, and variables, those of .env included; your own file,\n\
             # which `rlm init --user` writes, comes after it."
        }
        Scope::User => {
            "# What `rlm` goes by in all folders. Flags come before it, and variables, and the rlm.toml of a folder."
        }
    };
    format!(
        "{head} `rlm config show` lists what holds, and who says so.\n\
         #\n\
         # Keys don't belong in here: set variables such as OPENAI_API_KEY, or write them into .env, out of version control.\n\
         \n\
         # Flags of `rlm run`, with `_` for `-`; `rlm run --help` says what each of them does.\n\
         [run]\n\
         {}{REST}",
        model(environment)
    )
}

/// Returns the configuration line for the model that the environment implies, or a commented-out
/// example if there is none.
fn model(environment: &Environment) -> String {
    // The file contains a cost limit.
    let (model, because) = match default_model(&|name| environment.get(name), CostBudget::Set) {
        DefaultModel::Found { spec, because_of } => (spec.to_string(), because_of),
        DefaultModel::Named { text, because_of } => (text, because_of),
        DefaultModel::NotFound { .. } => {
            return "# The model that writes the programs. No key is set here yet; `extractive` looks words up without one.\n\
                    # model = \"openai:gpt-5.1\"\n"
                .to_owned();
        }
    };
    // JSON strings are valid TOML strings.
    let quoted = serde_json::Value::String(model);
    format!("# The model that writes the programs: {because} is set here.\nmodel = {quoted}\n")
}

/// The rest of a new configuration file, which is the same for all. Its commented-out lines are
/// defaults or examples.
const REST: &str = r#"# The model that answers the programs' questions; a cheaper one does for most.
# sub_model = "openai:gpt-5-mini"

# The most that a question may cost, in dollars. A model without a known price is then not called, unless you state one.
max_cost = "1.00"
# price = ["compat:house-7=0.10,0.05,0.40"]

# How far a question may go.
# max_steps = 40
# max_subcalls = 200
# max_tokens = 2000000
# max_seconds = 300
# max_depth = 1

# How many calls are on their way at once, and where their replies are kept.
# concurrency = 10
# cache = "off"

# Whether a short context is answered by one call: "rlm", "direct" or "auto".
# route = "rlm"

# Instructions and prompts of your own.
# instructions = "instructions.md"
# prompts = "prompts"

# A model under a name of your own, which flags and variables then take: `--model house`.
# [models.house]
# adapter = "compat"
# model = "house-7"
# base_url = "http://127.0.0.1:8000/v1"
# api_key_env = "HOUSE_KEY"
# window = 32768
# price = { input = 0.10, cached_input = 0.05, output = 0.40 }
"#;

//! The command-line arguments of `rlm mcp`.

use clap::Args;

use super::context::ContextArguments;
use super::runner::RunnerArguments;

#[derive(Debug, Args)]
#[command(override_usage = "rlm mcp [PATH]... [OPTIONS]")]
#[command(
    after_help = "Tools: `ask` answers a question by a run, `search` and `read` look things up in the files, `estimate` predicts the \
    cost of a question, `trace` shows the steps of a run. No tool reads other files than those named here. Standard output carries \
    the protocol; the first line on standard error names the model, its host, the size of the files and the cost limit of a run.\n\n\
    Examples:\n  \
    rlm mcp docs/ src/ --model openai:gpt-5.1 --max-cost 0.25\n  \
    rlm mcp docs/ --model search"
)]
pub struct McpArguments {
    /// Files, folders or globs that the tools search and read, same as --context
    #[arg(value_name = "PATH", conflicts_with_all = ["context_json", "data"])]
    pub paths: Vec<String>,
    #[command(flatten)]
    pub context: ContextArguments,
    #[command(flatten)]
    pub runner: RunnerArguments,
}

//! The command-line arguments of `rlm job`.

use clap::{Args, Subcommand};

use super::run::RunArguments;
use super::values::Seconds;
use super::values::seconds;

/// The subcommands of `rlm job`.
#[derive(Debug, Subcommand)]
pub enum JobCommand {
    /// Leave a question for later; the job's id goes to standard output
    Submit(Box<JobSubmitArguments>),
    /// Answer what was submitted and is not answered, the oldest first
    Work(JobWorkArguments),
    /// Say where a job stands
    Status(JobStatusArguments),
    /// Wait until a job is over, and print its answer
    Wait(JobWaitArguments),
    /// Cancel a job, whether a worker has taken it or not
    Cancel(JobCancelArguments),
    /// List the jobs on this machine
    List(JobListArguments),
}

#[derive(Debug, Args)]
#[command(
    override_usage = "rlm job submit [--detach] [--on-done <COMMAND|URL>] <QUESTION> --context <[NAME=]PATH>... [OPTIONS]"
)]
#[command(
    after_help = "All options of `rlm run` are taken; paths are those of the folder in which the job is submitted, and so are .env and rlm.toml. \
    Keys are not kept: a worker has its own.\n\n\
    Examples:\n  \
    rlm job submit --detach \"Which contracts end this year?\" --context contracts/ --max-cost 2\n  \
    rlm job wait last"
)]
pub struct JobSubmitArguments {
    /// Start a worker for it that goes on when this command has ended
    #[arg(long)]
    pub detach: bool,
    /// A command for the shell, which finds the job as one JSON object in its input, or a URL to which that is posted
    #[arg(long, value_name = "COMMAND|URL")]
    pub on_done: Option<String>,
    #[command(flatten)]
    pub run: RunArguments,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Several workers share the jobs: each is taken by one. A job whose worker was killed goes on where it was.\n\
    Exit code: 0, whatever becomes of the jobs; 130 where it was stopped.\n\n\
    Examples:\n  \
    rlm job work"
)]
pub struct JobWorkArguments {
    /// The job to work on [default: all that nobody works on]
    #[arg(value_name = "JOB")]
    pub job: Option<String>,
    /// Wait for further jobs when none is left
    #[arg(long, conflicts_with = "job")]
    pub watch: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  rlm job status last\n  rlm job status last --json")]
pub struct JobStatusArguments {
    /// A job's id or its beginning, or `last`
    #[arg(value_name = "JOB")]
    pub job: String,
    /// Print one JSON object: {"job", "state", "question", "submitted", "ended", "runs", "result"}
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Exit code: that of `rlm run` for the question; 130 if the job was cancelled, 1 if the time was over first.\n\n\
    Examples:\n  \
    rlm job wait last --timeout 600"
)]
pub struct JobWaitArguments {
    /// A job's id or its beginning, or `last`
    #[arg(value_name = "JOB")]
    pub job: String,
    /// Seconds to wait at most, or `none`
    #[arg(long, value_name = "N|none", value_parser = seconds)]
    pub timeout: Option<Seconds>,
    /// Print one JSON object, as `rlm job status --json`
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  rlm job cancel last")]
pub struct JobCancelArguments {
    /// A job's id or its beginning, or `last`
    #[arg(value_name = "JOB")]
    pub job: String,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  rlm job list\n  rlm job list --json")]
pub struct JobListArguments {
    /// Print one JSON object: {"jobs": [{"job", "state", "question", …}]}
    #[arg(long)]
    pub json: bool,
}

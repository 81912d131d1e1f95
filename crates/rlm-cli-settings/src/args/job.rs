//! The command-line arguments of `rlm job`.

use clap::{Args, Subcommand};

use super::run::RunArguments;
use super::values::Seconds;
use super::values::seconds;

/// The subcommands for jobs.
#[derive(Debug, Subcommand)]
pub enum JobCommand {
    /// Queue a question and print the job's id
    Submit(Box<JobSubmitArguments>),
    /// Answer queued questions, oldest first
    Work(JobWorkArguments),
    /// Show the state of a job
    Status(JobStatusArguments),
    /// Wait for a job to end and print its answer
    Wait(JobWaitArguments),
    /// Cancel a queued or running job
    Cancel(JobCancelArguments),
    /// List the jobs on this machine
    List(JobListArguments),
}

#[derive(Debug, Args)]
#[command(override_usage = "rlm job submit [--detach] [--on-done <COMMAND|URL>] <QUESTION> <PATH>... [OPTIONS]")]
#[command(
    after_help = "Takes all options of `rlm run`. Paths, .env and rlm.toml are resolved in the folder in which the job is submitted. \
    Keys are not stored with the job; a worker uses its own.\n\n\
    Examples:\n  \
    rlm job submit --detach \"Which contracts end this year?\" --context contracts/ --max-cost 2\n  \
    rlm job wait last"
)]
pub struct JobSubmitArguments {
    /// Start a background worker for the job, which outlives this command
    #[arg(long)]
    pub detach: bool,
    /// When the job ends, run this shell command with the job as a JSON object on standard input, or POST the object to this URL
    #[arg(long, value_name = "COMMAND|URL")]
    pub on_done: Option<String>,
    #[command(flatten)]
    pub run: RunArguments,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Several workers can share the queue; each job is taken by one of them. If a worker is killed, its job resumes where it stopped.\n\
    Exit code: 0, whatever the outcome of the jobs; 130 if interrupted.\n\n\
    Examples:\n  \
    rlm job work"
)]
pub struct JobWorkArguments {
    /// Job to work on [default: all jobs without a worker]
    #[arg(value_name = "JOB")]
    pub job: Option<String>,
    /// Wait for more jobs when the queue is empty
    #[arg(long, conflicts_with = "job")]
    pub watch: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  rlm job status last\n  rlm job status last --json")]
pub struct JobStatusArguments {
    /// Job id or prefix, or `last`
    #[arg(value_name = "JOB")]
    pub job: String,
    /// Print one JSON object: {"job", "state", "question", "submitted", "ended", "runs", "result"}
    #[arg(short, long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Exit code: that of `rlm run` for the question; 130 if the job was cancelled, 1 on timeout.\n\n\
    Examples:\n  \
    rlm job wait last --timeout 600"
)]
pub struct JobWaitArguments {
    /// Job id or prefix, or `last`
    #[arg(value_name = "JOB")]
    pub job: String,
    /// Maximum time to wait in seconds, or `none`
    #[arg(long, value_name = "N|none", value_parser = seconds)]
    pub timeout: Option<Seconds>,
    /// Print one JSON object, as `rlm job status --json` does
    #[arg(short, long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  rlm job cancel last")]
pub struct JobCancelArguments {
    /// Job id or prefix, or `last`
    #[arg(value_name = "JOB")]
    pub job: String,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  rlm job list\n  rlm job list --json")]
pub struct JobListArguments {
    /// Print one JSON object: {"jobs": [{"job", "state", "question", …}]}
    #[arg(short, long)]
    pub json: bool,
}

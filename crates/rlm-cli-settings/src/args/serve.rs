//! The command-line arguments of `rlm serve` and `rlm keys`.

use std::net::{Ipv4Addr, SocketAddr, ToSocketAddrs as _};
use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use rlm_model::Money;

use super::context::ContextArguments;
use super::runner::RunnerArguments;

#[derive(Debug, Args)]
#[command(
    after_help = "Routes: /api/sessions, /api/execute, /api/execute/stream, /api/executions/ID/tree and /api/stats as in RLM Engine; \
    /v1/models, /v1/chat/completions, /v1/responses and /v1/files as in OpenAI's API, with the model `rlm`; /v1/runs, /v1/contexts and \
    others, which /openapi.json describes; /mcp for MCP clients; /healthz, /readyz and /metrics.\n\
    Without API keys (`rlm keys add`), the service only listens on this machine. The variables MAX_CONTEXT_SIZE, DEFAULT_CHUNK_SIZE, \
    MAX_RECURSION_DEPTH, EXECUTION_TIMEOUT and DEFAULT_MODEL apply. Its runs are in the folder of runs, like any other.\n\n\
    Examples:\n  \
    rlm serve --model openai:gpt-5.1 --max-cost 0.50 --check\n  \
    rlm serve --listen 127.0.0.1:0 --check"
)]
pub struct ServeArguments {
    /// Files, folders or globs that the tools of /mcp search and read, for all tenants
    #[arg(value_name = "PATH", conflicts_with_all = ["context_json", "data"])]
    pub paths: Vec<String>,
    #[command(flatten)]
    pub context: ContextArguments,
    /// Address and port to listen on; port 0 chooses a free one
    #[arg(
        long,
        value_name = "HOST:PORT",
        default_value = "127.0.0.1:8787",
        value_parser = address,
        help_heading = "Service"
    )]
    pub listen: SocketAddr,
    /// Maximum number of runs at the same time
    #[arg(
        long,
        value_name = "N",
        default_value_t = 64,
        value_parser = clap::value_parser!(u16).range(1..),
        help_heading = "Service"
    )]
    pub max_runs: u16,
    /// Maximum size of the files of an uploaded context, in megabytes
    #[arg(
        long,
        value_name = "MB",
        default_value_t = 1_024,
        value_parser = clap::value_parser!(u32).range(1..),
        help_heading = "Service"
    )]
    pub max_upload: u32,
    /// Maximum number of open connections; further ones wait
    #[arg(
        long,
        value_name = "N",
        default_value_t = 1024,
        value_parser = clap::value_parser!(u32).range(1..),
        help_heading = "Service"
    )]
    pub max_connections: u32,
    /// Seconds that active runs have to end after SIGTERM, before they are interrupted
    #[arg(long, value_name = "SECONDS", default_value_t = 10, help_heading = "Service")]
    pub drain: u64,
    /// Certificate for HTTPS, with those of its issuers (PEM); it is read again when the file changes
    #[arg(long, value_name = "FILE", requires = "tls_key", help_heading = "Service")]
    pub tls_cert: Option<PathBuf>,
    /// Private key of the certificate (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert", help_heading = "Service")]
    pub tls_key: Option<PathBuf>,
    /// Maximum cost in dollars of all questions of a session
    #[arg(long, value_name = "USD", help_heading = "Service")]
    pub session_cost: Option<Money>,
    /// Check the settings, the address and the certificate, and exit
    #[arg(long, help_heading = "Service")]
    pub check: bool,
    #[command(flatten)]
    pub runner: RunnerArguments,
}

/// The subcommands for API keys.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Create an API key, and print it once
    Add(KeysAddArguments),
    /// List the API keys, without their secrets
    List(KeysListArguments),
    /// Revoke API keys; their tenants' data is kept
    Revoke(KeysRevokeArguments),
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  rlm keys add --tenant acme\n  rlm keys add --tenant acme --scope read\n  rlm keys add --tenant ops --scope metrics\n  rlm keys add --tenant acme --budget 5.00/day --max-runs 4 --max-requests 120"
)]
pub struct KeysAddArguments {
    /// Tenant whose sessions and runs the key gives access to
    #[arg(long, value_name = "NAME")]
    pub tenant: String,
    /// What the key permits
    #[arg(long, value_name = "SCOPE", value_delimiter = ',', default_values = ["run", "read"], value_parser = ["run", "read", "metrics"])]
    pub scope: Vec<String>,
    /// Maximum cost of all runs of the tenant per hour, day, week or month, such as 5.00/day
    #[arg(long, value_name = "USD/PERIOD")]
    pub budget: Option<String>,
    /// Maximum number of runs of the tenant at the same time
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub max_runs: Option<u32>,
    /// Maximum number of requests of the tenant per minute
    #[arg(long, value_name = "N")]
    pub max_requests: Option<NonZeroU32>,
    /// Maximum size of the uploaded contexts of the tenant, in megabytes
    #[arg(long, value_name = "MB")]
    pub max_storage: Option<u32>,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  rlm keys list")]
pub struct KeysListArguments {}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  rlm keys revoke 3f9a1c0b7d2e")]
pub struct KeysRevokeArguments {
    /// Ids of the keys
    #[arg(value_name = "ID", required = true)]
    pub ids: Vec<String>,
}

/// Parses an address; a port alone is one of this machine.
fn address(text: &str) -> Result<SocketAddr, String> {
    if let Ok(port) = text.trim_start_matches(':').parse() {
        return Ok((Ipv4Addr::LOCALHOST, port).into());
    }
    let found = text.to_socket_addrs().ok().and_then(|mut addresses| addresses.next());
    found.ok_or_else(|| "expected an address and a port, such as `127.0.0.1:8787`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn addresses_of_this_machine_have_short_forms() {
        for text in ["8787", ":8787", "127.0.0.1:8787"] {
            assert_eq!(
                address(text).map(|address| address.to_string()).as_deref(),
                Ok("127.0.0.1:8787")
            );
        }
        assert!(address("127.0.0.1").is_err());
        assert!(address("70000").is_err());
    }
}

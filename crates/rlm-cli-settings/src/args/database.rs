//! The command-line arguments of `rlm db`.

use clap::Subcommand;

/// The subcommands for databases.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum DatabaseCommand {
    /// Create the tables, or change those of an earlier version; all or none
    #[command(after_help = "Examples:\n  rlm db migrate --database-url postgres://rlm@db.example/rlm")]
    Migrate,
    /// Show the version of the tables, and the one that this version of rlm needs
    #[command(after_help = "Examples:\n  rlm db status")]
    Status,
}

//! Command-line arguments about the reply cache and journals.

use std::path::PathBuf;

use clap::Args;

use super::values::{JournalPlace, JournalTexts};

/// The cache of replies.
#[derive(Debug, Args)]
pub struct CacheArguments {
    /// Folder that caches replies to sub-calls, or `off` [default: in your cache folder; variable RLM_CACHE]
    #[arg(long, value_name = "DIR|off", help_heading = "Records")]
    pub cache: Option<PathBuf>,
    /// Maximum size of the reply cache in MB; the least recently used replies are removed first
    #[arg(long, value_name = "MB", default_value_t = 512, help_heading = "Records")]
    pub cache_size: u32,
    /// Maximum age of a cached reply in days [default: unlimited]
    #[arg(long, value_name = "N", help_heading = "Records")]
    pub cache_days: Option<u32>,
}

/// Which texts are recorded.
#[derive(Debug, Clone, Copy, Args)]
pub struct TextsArguments {
    /// Texts to record in journals: all, only those that a replay can't derive from the context, or only digests
    #[arg(
        long,
        value_enum,
        value_name = "WHICH",
        default_value_t,
        hide_possible_values = true,
        help_heading = "Records",
        long_help = "Texts to record in journals. `full`: all of them. `references`: the question, templates, replies of models and results \
                     of tools; digests of prompts, and of the output and answers of programs, since a replay derives these from the \
                     context. `digests`: only digests; such a run can be verified and summarized, but not replayed or resumed. Except \
                     with `full`, replies, indexes and extracted texts stay in memory unless --cache names a folder, and standard input \
                     is not saved"
    )]
    journal_texts: JournalTexts,
}

impl TextsArguments {
    /// Returns which texts the journal records.
    pub fn which(self) -> rlm_trace::JournalTexts {
        self.journal_texts.into()
    }
}

/// The location of the journal.
#[derive(Debug, Args)]
pub struct JournalArguments {
    /// Write the journal to this file, which must not exist [default: in your data folder; variable RLM_DATA_DIR]
    #[arg(long, value_name = "FILE", conflicts_with = "no_journal", help_heading = "Records")]
    journal: Option<PathBuf>,
    /// Write no journal
    #[arg(long, help_heading = "Records")]
    no_journal: bool,
}

impl JournalArguments {
    /// Returns the location of the journal that the arguments state.
    pub fn place(&self) -> JournalPlace<'_> {
        match &self.journal {
            _ if self.no_journal => JournalPlace::Nowhere,
            Some(path) => JournalPlace::File(path),
            None => JournalPlace::Store,
        }
    }
}

//! Command-line arguments about the reply cache and journals.

use std::path::PathBuf;

use clap::Args;

use super::values::{JournalPlace, JournalTexts};

/// Arguments about the reply cache: its location and limits.
#[derive(Debug, Args)]
pub struct CacheArguments {
    /// Where replies to sub-calls are kept, or `off` [default: a folder of yours; variable RLM_CACHE]
    #[arg(long, value_name = "DIR|off", help_heading = "Records")]
    pub cache: Option<PathBuf>,
    /// Megabytes of replies that are kept; those that were not used for longest go first
    #[arg(long, value_name = "MB", default_value_t = 512, help_heading = "Records")]
    pub cache_size: u32,
    /// Days after which a reply is asked for anew [default: never]
    #[arg(long, value_name = "N", help_heading = "Records")]
    pub cache_days: Option<u32>,
}

/// Arguments about the texts that journals record.
#[derive(Debug, Clone, Copy, Args)]
pub struct TextsArguments {
    /// Which texts journals hold: all, those that a replay can't work out from the context again, or none but for their digests
    #[arg(
        long,
        value_enum,
        value_name = "WHICH",
        default_value_t,
        hide_possible_values = true,
        help_heading = "Records",
        long_help = "Which texts journals hold. `full`: all of them. `references`: the question, templates, what models reply and what tools \
                     give; of what prompts hold, and programs print and answer, digests, since a replay works them out from the context \
                     again. `digests`: none; such a run can be verified and summed up, and not be replayed or gone on with. Unless it is \
                     `full`, replies, indexes and extracted texts are kept in memory where --cache does not name a folder, and standard \
                     input is not kept"
    )]
    journal_texts: JournalTexts,
}

impl TextsArguments {
    /// Returns which texts the journal records.
    pub fn which(self) -> rlm_trace::JournalTexts {
        self.journal_texts.into()
    }
}

/// Arguments that name the journal file of a run.
#[derive(Debug, Args)]
pub struct JournalArguments {
    /// Write the journal to this file, which must not be there yet [default: in a folder of yours; variable RLM_DATA_DIR]
    #[arg(long, value_name = "FILE", conflicts_with = "no_journal", help_heading = "Records")]
    journal: Option<PathBuf>,
    /// Keep no journal
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

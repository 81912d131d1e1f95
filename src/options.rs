//! Every option of a run: the library's setter or field, its flag of `rlm run`, and its key in `rlm.toml`.
//!
#![doc = include_str!("options.md")]

#[cfg(doc)]
use crate::answers::SuccessCriteria;
#[cfg(doc)]
use crate::budgets::{BestEffort, Limits, Preset};
#[cfg(doc)]
use crate::contexts::LoadOptions;
#[cfg(doc)]
use crate::journals::JournalOptions;
#[cfg(doc)]
use crate::models::{Cache, ResolveOptions, Sampling};
#[cfg(doc)]
use crate::prompts::{Compaction, History};
#[cfg(doc)]
use crate::runs::{Guards, Recursion, RunOptions, Runner, RunnerBuilder};
#[cfg(doc)]
use crate::sessions::Session;
#[cfg(doc)]
use crate::tools::McpSelection;
#[cfg(all(doc, feature = "mcp"))]
use crate::tools::McpServer;
#[cfg(all(doc, feature = "web"))]
use crate::tools::ResearchTool;

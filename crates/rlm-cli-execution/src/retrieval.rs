//! Sets up search in a context. The search index is built when a program first searches.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rlm_cli_output::metrics;
use rlm_context::Context;
use rlm_retrieval::{Bm25, Bm25Options, Retriever};

/// The minimum size of a context, in bytes, for which indexing takes long enough to be announced.
const NOTICED_BYTES: u64 = 16 << 20;

/// Creates the retriever by which programs search the context; `None` if search is disabled or the
/// context is empty. Calls `say` with one message if indexing takes long.
pub fn retriever(
    has_search: bool,
    context: &Context,
    folder: Option<PathBuf>,
    say: impl Fn(&str) + Send + Sync + 'static,
) -> Option<Arc<dyn Retriever>> {
    if !has_search || context.is_empty() {
        return None;
    }
    let said = AtomicBool::new(false);
    let mut options = Bm25Options::default().progress(move |indexing| {
        if indexing.total >= NOTICED_BYTES && !said.swap(true, Ordering::Relaxed) {
            say(&format!("indexing {} for search", metrics::bytes(indexing.total)));
        }
    });
    if let Some(folder) = folder {
        options = options.folder(folder);
    }
    Some(Arc::new(Bm25::new(context.clone(), options)))
}

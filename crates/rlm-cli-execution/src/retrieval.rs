//! What searches rank by: an index of the context, made when a program first searches.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rlm_cli_output::metrics;
use rlm_context::Context;
use rlm_retrieval::{Bm25, Bm25Options, Retriever};

/// Indexes of fewer bytes of text are made before anybody would wonder.
const NOTICED_BYTES: u64 = 16 << 20;

/// Makes the retriever of a context; none if programs can't search, or there is nothing to find. `say` is told when a long wait begins.
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

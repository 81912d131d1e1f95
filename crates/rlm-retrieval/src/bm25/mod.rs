//! BM25 ranking over the passages of a context.

mod blob;
mod index;
mod numbers;
mod shard;
mod stored;
#[cfg(test)]
mod tests;

use std::fmt;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rlm_context::{Context, Document};
use sift_text::Text;

use self::blob::Blob;
use self::index::{Index, IndexBuilder, Ranked, failed};
use self::shard::{Place, Shard};
use crate::paragraphs::{self, ParagraphRanker};
use crate::query::Query;
use crate::retriever::{Hit, RetrievalError, RetrievalFuture, Retriever, check_request};

/// The size of the text of one shard, in bytes. Indexing a shard takes several times as much
/// memory.
const SHARD_BYTES: usize = 16 << 20;
/// The minimum number of passages whose paragraphs are ranked.
const CANDIDATES: usize = 60;
/// The default size in bytes below which an index is rebuilt instead of stored.
const WORTH_KEEPING: u64 = 4 << 20;
/// The default maximum size of the index folder, in bytes.
const FOLDER_BYTES: u64 = 4 << 30;

/// The progress of building an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexProgress {
    /// The number of indexed bytes of text.
    pub done: u64,
    /// The total number of bytes of text.
    pub total: u64,
}

type Progress = Arc<dyn Fn(IndexProgress) + Send + Sync>;

/// Options for building and storing an index.
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// use std::sync::{Arc, atomic::{AtomicU64, Ordering}};
/// use rlm_context::Context;
/// use rlm_retrieval::{Bm25, Bm25Options};
///
/// let done = Arc::new(AtomicU64::new(0));
/// let told = Arc::clone(&done);
/// let options = Bm25Options::default()
///     .folder(folder.path())
///     .worth_keeping(0) // also of short contexts, such as this one
///     .progress(move |indexing| drop(told.fetch_max(indexing.done, Ordering::Relaxed)));
/// let context = Context::from_documents([("may", "The roof leaks."), ("june", "It is mended.")], "\n")?;
/// let hits = Bm25::new(context.clone(), options.clone()).search_blocking("leaking roof", 5)?;
/// assert_eq!(hits[0].document, "may");
///
/// // Another process finds the index, and makes none.
/// done.store(0, Ordering::Relaxed);
/// Bm25::new(context, options).search_blocking("mended", 5)?;
/// assert_eq!(done.load(Ordering::Relaxed), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Bm25Options {
    folder: Option<PathBuf>,
    folder_bytes: u64,
    worth_keeping: u64,
    threads: Option<NonZeroUsize>,
    shard_bytes: usize,
    progress: Option<Progress>,
}

impl Default for Bm25Options {
    /// Keeps the index in memory and builds it on all processors.
    fn default() -> Self {
        Self {
            folder: None,
            folder_bytes: FOLDER_BYTES,
            worth_keeping: WORTH_KEEPING,
            threads: None,
            shard_bytes: SHARD_BYTES,
            progress: None,
        }
    }
}

impl Bm25Options {
    /// Stores the indexes of contexts of at least 4 MiB in a folder, keyed by the context's digest.
    /// If the folder exceeds 4 GiB, the least recently used indexes are removed.
    #[must_use]
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// Sets the maximum size of the folder in bytes; the newest index is always kept. Defaults to 4
    /// GiB.
    #[must_use]
    pub const fn folder_bytes(mut self, bytes: u64) -> Self {
        self.folder_bytes = bytes;
        self
    }

    /// Sets the minimum size of a context, in bytes, for its index to be stored. Defaults to 4 MiB.
    #[must_use]
    pub const fn worth_keeping(mut self, bytes: u64) -> Self {
        self.worth_keeping = bytes;
        self
    }

    /// Sets the number of threads that build the index. It doesn't affect the result.
    #[must_use]
    pub const fn threads(mut self, threads: NonZeroUsize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// Sets the progress callback. It is called from several threads, about once per MiB.
    #[must_use]
    pub fn progress(mut self, progress: impl Fn(IndexProgress) + Send + Sync + 'static) -> Self {
        self.progress = Some(Arc::new(progress));
        self
    }

    #[cfg(test)]
    pub(crate) const fn shard_bytes(mut self, bytes: usize) -> Self {
        self.shard_bytes = bytes;
        self
    }
}

impl fmt::Debug for Bm25Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bm25Options")
            .field("folder", &self.folder)
            .field("folder_bytes", &self.folder_bytes)
            .field("worth_keeping", &self.worth_keeping)
            .field("threads", &self.threads)
            .finish_non_exhaustive()
    }
}

/// A BM25 retriever over the passages of a context. Cheap to clone; clones share their index.
///
/// The index is built on the first search, in memory or in a folder ([`Bm25Options::folder`]). A
/// passage is a part of one document of at most 2,000 characters. It ends at the last paragraph,
/// line, sentence or word boundary in its second half, if there is one.
///
/// A word is a run of letters and digits, ignoring case and accents. A compound identifier
/// (`get_user_name`, `getUserName`) is indexed as a whole and by its parts. In scripts without
/// spaces (Chinese, Japanese, Korean, Thai, …), every two adjacent characters form a word. Stop
/// words of a query are ignored, unless there are no others. Inflected forms (`repair`, `repaired`)
/// match each other, by the Snowball stemmer of the query's language.
///
/// ```
/// use rlm_context::Context;
/// use rlm_retrieval::{Bm25, Bm25Options, Retriever};
///
/// let context = Context::from_documents([("a", "Cats sleep."), ("b", "Dogs (most of them) bark: loud!")], "\n")?;
/// let hits = Bm25::new(context, Bm25Options::default()).search_blocking("why do DOGS bark?", 10)?;
/// assert_eq!(hits.len(), 1);
/// assert_eq!((hits[0].document.as_str(), hits[0].start, hits[0].end), ("b", 0, 31));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Bm25(Arc<Inner>);

struct Inner {
    context: Context,
    options: Bm25Options,
    /// `None` until it is built.
    index: Mutex<Option<Arc<Index>>>,
}

impl fmt::Debug for Bm25 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bm25")
            .field("options", &self.0.options)
            .finish_non_exhaustive()
    }
}

impl Bm25 {
    /// Creates a retriever over a context. The index is built on the first search.
    #[must_use]
    pub fn new(context: Context, options: Bm25Options) -> Self {
        Self(Arc::new(Inner {
            context,
            options,
            index: Mutex::new(None),
        }))
    }

    /// Returns the paragraphs that match a query best, on the current thread. Builds the index if
    /// necessary. Paragraphs that match less than about a third of the query are left out.
    ///
    /// # Errors
    /// [`RetrievalError::TopK`], [`RetrievalError::QueryTooLong`] and [`RetrievalError::Index`].
    pub fn paragraphs_blocking(&self, query: &str, top_k: usize) -> Result<Vec<Hit>, RetrievalError> {
        self.0.paragraphs(query, top_k, &AtomicBool::new(false))
    }

    /// Searches on the current thread. Builds the index if necessary.
    ///
    /// # Errors
    /// [`RetrievalError::TopK`], [`RetrievalError::QueryTooLong`] and [`RetrievalError::Index`].
    pub fn search_blocking(&self, query: &str, top_k: usize) -> Result<Vec<Hit>, RetrievalError> {
        self.0.search(query, top_k, &AtomicBool::new(false))
    }
}

/// A search of an index, with the query, the number of hits and the cancel flag.
type SearchFn = fn(&Inner, &str, usize, &AtomicBool) -> Result<Vec<Hit>, RetrievalError>;

impl Bm25 {
    /// Runs a search on a thread for blocking work, if there is a runtime.
    async fn run(&self, query: &str, top_k: usize, search: SearchFn) -> Result<Vec<Hit>, RetrievalError> {
        check_request(query, top_k)?;
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return search(&self.0, query, top_k, &AtomicBool::new(false));
        };
        let stop = StopOnDrop::default();
        let (inner, query, stopped) = (Arc::clone(&self.0), query.to_owned(), Arc::clone(&stop.0));
        let search = runtime.spawn_blocking(move || search(&inner, &query, top_k, &stopped));
        search.await.map_err(failed)?
    }
}

impl Retriever for Bm25 {
    fn search<'a>(&'a self, query: &'a str, top_k: usize) -> RetrievalFuture<'a, Vec<Hit>> {
        Box::pin(self.run(query, top_k, Inner::search))
    }

    fn paragraphs<'a>(&'a self, query: &'a str, top_k: usize) -> RetrievalFuture<'a, Vec<Hit>> {
        Box::pin(self.run(query, top_k, Inner::paragraphs))
    }

    fn get<'a>(&'a self, document: &'a str) -> RetrievalFuture<'a, Text> {
        let documents = self.0.context.documents().iter();
        let found = documents
            .into_iter()
            .find(|found| found.name() == document)
            .map(Document::text);
        let found = found.cloned().ok_or_else(|| RetrievalError::NoSuchDocument {
            name: document.to_owned(),
        });
        Box::pin(std::future::ready(found))
    }
}

/// Cancels a search when its future is dropped.
#[derive(Default)]
struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Inner {
    fn search(&self, query: &str, top_k: usize, stop: &AtomicBool) -> Result<Vec<Hit>, RetrievalError> {
        check_request(query, top_k)?;
        let (index, query) = (self.index(stop)?, Query::new(query));
        let ranked = index.search(&index.weighed_terms(&query)?, top_k, stop)?;
        ranked.into_iter().map(|ranked| self.hit(ranked)).collect()
    }

    fn paragraphs(&self, query: &str, top_k: usize, stop: &AtomicBool) -> Result<Vec<Hit>, RetrievalError> {
        check_request(query, top_k)?;
        let (index, query) = (self.index(stop)?, Query::new(query));
        let terms = index.weighed_terms(&query)?;
        let mut ranker = ParagraphRanker::new(&query, terms.iter().map(|term| term.weight).collect());
        let mut scored = Vec::new();
        for passage in index.search(&terms, CANDIDATES.max(top_k), stop)? {
            let source = passage.place.document;
            if let Some(document) = self.context.document(source) {
                let paragraphs = ranker.paragraphs_of(document, &passage.place.range);
                scored.extend(paragraphs.into_iter().map(|paragraph| (source, paragraph)));
            }
        }
        let best = paragraphs::best(scored, top_k)
            .into_iter()
            .map(|(document, paragraph)| Ranked {
                score: paragraph.score,
                place: Place {
                    document,
                    range: paragraph.range,
                },
            });
        best.map(|ranked| self.hit(ranked)).collect()
    }

    fn hit(&self, ranked: Ranked) -> Result<Hit, RetrievalError> {
        let missing = || failed("a passage is not in the context");
        let document = self.context.document(ranked.place.document).ok_or_else(missing)?;
        let text = document.text().settled().map_err(|_| missing())?;
        let range = ranked.place.range;
        Ok(Hit {
            document: document.name().clone(),
            start: text.char_of_byte(range.start),
            end: text.char_of_byte(range.end),
            // Four decimals survive any conversion between formats unchanged.
            score: (ranked.score * 1e4).round() / 1e4,
            text: text.slice_bytes(range).ok_or_else(missing)?,
        })
    }

    /// Returns the index, building it if necessary.
    fn index(&self, stop: &AtomicBool) -> Result<Arc<Index>, RetrievalError> {
        // Concurrent searches block here until the index is built.
        let mut index = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = &*index {
            return Ok(Arc::clone(index));
        }
        let made = Arc::new(self.make(stop)?);
        *index = Some(Arc::clone(&made));
        Ok(made)
    }

    fn make(&self, stop: &AtomicBool) -> Result<Index, RetrievalError> {
        let total = self.context.size();
        let progress = |done| {
            if let Some(progress) = &self.options.progress {
                progress(IndexProgress { done, total });
            }
        };
        let processors = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let builder = IndexBuilder {
            context: &self.context,
            threads: self.options.threads.unwrap_or_else(processors),
            shard_bytes: self.options.shard_bytes,
            stop,
            progress: &progress,
        };
        let folder = self
            .options
            .folder
            .as_ref()
            .filter(|_| total >= self.options.worth_keeping);
        if let Some(folder) = folder {
            match self.stored(folder, &builder) {
                Ok(index) => return Ok(index),
                Err(RetrievalError::Stopped) => return Err(RetrievalError::Stopped),
                // An unusable folder costs time and memory, but doesn't fail the search.
                Err(_) => {}
            }
        }
        let mut shards = Vec::new();
        builder.build(|number, bytes| {
            shards.push((number, Shard::open(Blob::from(bytes)).map_err(failed)?));
            Ok(())
        })?;
        shards.sort_unstable_by_key(|(number, _)| *number);
        Ok(Index::of(shards.into_iter().map(|(_, shard)| shard).collect()))
    }

    /// Opens the index in the folder, or builds and stores it.
    fn stored(&self, folder: &std::path::Path, builder: &IndexBuilder<'_>) -> Result<Index, RetrievalError> {
        let digest = self.context.digest();
        let path = stored::path_of(folder, digest);
        let open = || {
            let shards = stored::open(&path, digest)?
                .into_iter()
                .map(|blob| Shard::open(blob).ok());
            shards.collect::<Option<Vec<Shard>>>().map(Index::of)
        };
        if let Some(index) = open() {
            return Ok(index);
        }
        let mut draft = stored::Draft::new(path.clone(), digest).map_err(failed)?;
        builder.build(|number, bytes| draft.add(number, &bytes).map_err(failed))?;
        // If a file changed during indexing, the index doesn't match the digest.
        self.context.check().map_err(failed)?;
        draft.keep().map_err(failed)?;
        stored::tidy(folder, &path, self.options.folder_bytes);
        open().ok_or_else(|| failed("can't read back the index that was just written"))
    }
}

//! Web search: a trait for search engines, a client for Exa, and the tools that programs call.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use rlm_adapters::{ApiKey, BaseUrl, JsonService, Timeouts};
use serde::Serialize;
use serde_json::{Value, json};

use crate::tool::{Arguments, CallFuture, Tool};
use crate::{Access, Reach, ToolDescription, ToolError};

/// The base URL of the API of Exa, a web search engine.
pub const EXA_BASE_URL: &str = "https://api.exa.ai";

/// The maximum number of results of one web search.
pub const MAX_RESULTS: usize = 20;

/// The maximum number of characters of a web page that are requested and kept.
const PAGE_CHARS: usize = 10_000;

/// A web page found by a search.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct WebResult {
    /// The title of the page.
    pub title: String,
    /// The URL of the page.
    pub url: String,
    /// The text of the page, possibly truncated.
    pub text: String,
    /// The publication date of the page as reported by the search engine, if known.
    pub published: Option<String>,
}

/// A web search engine, which the tool `research` uses.
///
/// ```
/// use std::{future::Future, pin::Pin, sync::Arc};
/// use rlm_tools::{Arguments, ResearchTool, SearchEngine, Sources, SourcesTool, Tool as _, ToolError, WebResult};
/// use serde_json::json;
///
/// /// An index of the house.
/// #[derive(Debug)]
/// struct Intranet;
///
/// impl SearchEngine for Intranet {
///     fn search<'a>(
///         &'a self,
///         query: &'a str,
///         results: usize,
///     ) -> Pin<Box<dyn Future<Output = Result<Vec<WebResult>, ToolError>> + Send + 'a>> {
///         let page = WebResult {
///             title: format!("About {query}"),
///             url: "https://wiki.example.org/roof".to_owned(),
///             text: "The roof is mended in July.".to_owned(),
///             published: None,
///         };
///         Box::pin(async move { Ok(vec![page; results.min(1)]) })
///     }
/// }
///
/// let sources = Sources::default();
/// let research = ResearchTool::new(Arc::new(Intranet), sources.clone());
/// let arguments = Arguments::from_iter([("query".to_owned(), json!("roof"))]);
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let found = research.call(arguments).await?;
/// assert_eq!(found[0]["text"], "The roof is mended in July.");
///
/// // The pages are available to programs of later turns, and to the embedder.
/// let kept = SourcesTool::new(sources.clone()).call(Arguments::new()).await?;
/// assert_eq!(kept.as_array().map(Vec::len), Some(1));
/// assert_eq!((sources.all()[0].number, sources.all()[0].page.title.as_str()), (1, "About roof"));
/// # Ok::<(), ToolError>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait SearchEngine: fmt::Debug + Send + Sync {
    /// Returns at most `results` web pages for a query, best first.
    fn search<'a>(
        &'a self,
        query: &'a str,
        results: usize,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<WebResult>, ToolError>> + Send + 'a>>;
}

/// A client for Exa's search, which returns the text of each page.
///
/// Source: Exa's API reference, `POST /search` with `contents.text` (read in November 2026).
///
/// ```
/// use rlm_adapters::ApiKey;
/// use rlm_test_server::{Answer, TestServer};
/// use rlm_tools::{Exa, SearchEngine as _};
/// use serde_json::json;
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let page = json!({"title": "Roofs", "url": "https://example.org/roofs", "text": "They leak."});
/// let server = TestServer::always(Answer::json(200, &json!({"results": [page]})))?;
/// let exa = Exa::new(server.url().parse()?, ApiKey::new(&"key-1".into())?);
/// assert_eq!(exa.search("roofs", 3).await?[0].text, "They leak.");
/// assert_eq!(server.requests()[0].body["numResults"], 3);
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Exa {
    service: JsonService,
}

impl Exa {
    /// Creates a client for the server at `base_url` ([`EXA_BASE_URL`]) with an API key. No
    /// connection is opened before the first search.
    #[must_use]
    pub fn new(base_url: BaseUrl, key: ApiKey) -> Self {
        Self {
            service: JsonService::new(base_url, Timeouts::default()).with_key("x-api-key", key),
        }
    }
}

impl SearchEngine for Exa {
    fn search<'a>(
        &'a self,
        query: &'a str,
        results: usize,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<WebResult>, ToolError>> + Send + 'a>> {
        Box::pin(async move {
            let body = json!({
                "query": query,
                "numResults": results,
                "contents": {"text": {"maxCharacters": PAGE_CHARS}},
            });
            let failed = |message: String| ToolError::Failed {
                name: "research".to_owned(),
                message,
            };
            let found = self.service.post("/search", &body).await;
            let found = found.map_err(|error| failed(error.message))?;
            let found = found.get("results").and_then(Value::as_array);
            let found = found.ok_or_else(|| failed("the answer has no `results`".to_owned()))?;
            Ok(found.iter().take(results).map(page).collect())
        })
    }
}

fn page(result: &Value) -> WebResult {
    let text = |name: &str| result.get(name).and_then(Value::as_str).map(str::to_owned);
    WebResult {
        title: text("title").unwrap_or_default(),
        url: text("url").unwrap_or_default(),
        text: text("text").unwrap_or_default(),
        published: text("publishedDate"),
    }
}

/// A web page that a run has found, with its number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Source {
    /// The number of the page, from 1 in the order of discovery.
    pub number: usize,
    /// The page with that number.
    #[serde(flatten)]
    pub page: WebResult,
}

/// The web pages that a run has found, without duplicates. Clones share the same pages.
#[derive(Debug, Clone, Default)]
pub struct Sources(Arc<Mutex<Vec<Source>>>);

impl Sources {
    /// Adds a page unless there is one with the same URL. Returns the stored page of that URL.
    fn keep(&self, page: WebResult) -> Source {
        let mut sources = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = sources.iter().find(|source| source.page.url == page.url) {
            return known.clone();
        }
        let number = sources.len() + 1;
        let source = Source { number, page };
        sources.push(source.clone());
        source
    }

    /// Returns all stored web pages in the order of discovery, for example as documents for another
    /// run's context.
    #[must_use]
    pub fn all(&self) -> Vec<Source> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The tool `research(query, results=5)`: searches the web and stores the pages it finds.
///
/// The tool only reads, but the query leaves the machine. So it counts as a tool with effects.
#[derive(Debug)]
pub struct ResearchTool {
    description: ToolDescription,
    engine: Arc<dyn SearchEngine>,
    sources: Sources,
}

impl ResearchTool {
    /// Creates the tool from a search engine and the store for the pages that it finds.
    #[must_use]
    pub fn new(engine: Arc<dyn SearchEngine>, sources: Sources) -> Self {
        let description = ToolDescription::new(
            "research",
            "Searches the web; returns a list of dicts with number, title, url, published and text, best first. Cite the url.",
        )
        .parameters(json!({
            "type": "object",
            "properties": {
                "query": {"type": "string"},
                "results": {"type": "integer", "default": 5},
            },
            "required": ["query"],
        }))
        .access(Access::Read, Reach::External);
        Self {
            description,
            engine,
            sources,
        }
    }
}

impl Tool for ResearchTool {
    fn description(&self) -> &ToolDescription {
        &self.description
    }

    fn call(&self, arguments: Arguments) -> CallFuture<'_> {
        Box::pin(async move {
            let failed = |message: &str| ToolError::Failed {
                name: self.description.name.to_string(),
                message: message.to_owned(),
            };
            let query = arguments
                .get("query")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .trim();
            if query.is_empty() {
                return Err(failed("the query is empty"));
            }
            let results = match arguments.get("results").map(Value::as_u64) {
                None => 5,
                Some(Some(results @ 1..)) => usize::try_from(results).unwrap_or(MAX_RESULTS).min(MAX_RESULTS),
                Some(_) => return Err(failed("`results` must be at least 1")),
            };
            let found = self.engine.search(query, results).await?;
            let kept = found.into_iter().take(results).map(|mut page| {
                if let Some((end, _)) = page.text.char_indices().nth(PAGE_CHARS) {
                    page.text.truncate(end);
                }
                self.sources.keep(page)
            });
            // Serialising a source can't fail.
            Ok(serde_json::to_value(kept.collect::<Vec<Source>>()).unwrap_or_default())
        })
    }
}

/// The tool `sources()`: returns all pages found so far, so that programs of later turns can use
/// them.
#[derive(Debug)]
pub struct SourcesTool {
    description: ToolDescription,
    sources: Sources,
}

impl SourcesTool {
    /// Creates the tool from the store of pages that a run has found.
    #[must_use]
    pub fn new(sources: Sources) -> Self {
        let description = ToolDescription::new(
            "sources",
            "Returns all pages that research has found so far: a list of dicts with number, title, url, published and text.",
        );
        Self {
            description: description.access(Access::Read, Reach::Local),
            sources,
        }
    }
}

impl Tool for SourcesTool {
    fn description(&self) -> &ToolDescription {
        &self.description
    }

    fn call(&self, _: Arguments) -> CallFuture<'_> {
        // Serialising a source can't fail.
        let all = serde_json::to_value(self.sources.all()).unwrap_or_default();
        Box::pin(std::future::ready(Ok(all)))
    }
}

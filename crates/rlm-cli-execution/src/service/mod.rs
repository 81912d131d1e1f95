//! The services of `rlm`: `rlm serve` with its API keys, and `rlm mcp`.

#[cfg(not(all(feature = "serve", feature = "mcp-server")))]
mod absent;
#[cfg(any(feature = "serve", feature = "mcp-server"))]
mod documents;
#[cfg(feature = "mcp-server")]
mod mcp;
#[cfg(feature = "serve")]
mod server;

#[cfg(not(feature = "mcp-server"))]
pub use self::absent::mcp;
#[cfg(not(feature = "serve"))]
pub use self::absent::{keys, run};
#[cfg(feature = "mcp-server")]
pub use self::mcp::run as mcp;
#[cfg(feature = "serve")]
pub use self::server::{keys, run};

//! The HTTP service and its API keys: `rlm serve`, `rlm keys`.

#[cfg(not(feature = "serve"))]
mod absent;
#[cfg(feature = "serve")]
mod server;

#[cfg(not(feature = "serve"))]
pub use self::absent::{keys, run};
#[cfg(feature = "serve")]
pub use self::server::{keys, run};

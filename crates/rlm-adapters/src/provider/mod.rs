//! The common structure of all HTTP providers: a protocol, which only maps requests to bodies and
//! responses to replies, and the generic code that executes it.

mod assembly;
mod authorization;
mod carry;
mod constraint;
mod dialect;
mod endpoint;
mod failure;
mod parameter;
mod protocol;
mod reach;
mod rejection;
pub(crate) mod schema;
mod server;
mod wire;

pub use carry::Provider;
pub use endpoint::{Endpoint, EndpointError};
pub use reach::{Reachability, ReachableModel};
pub use server::ModelServer;

pub(crate) use assembly::{Assembly, ToolCall};
pub(crate) use authorization::Authorization;
pub(crate) use constraint::{Constraint, envelope_schema};
#[cfg(test)]
pub(crate) use dialect::Dialect;
#[cfg(test)]
pub(crate) use parameter::Rejection;
pub(crate) use parameter::{MaxOutputName, Names, Parameter};
pub(crate) use protocol::{Asked, Fault, Protocol, json_of, stated_error};
pub(crate) use wire::{
    Base64Image, Content, escape, first_of, micro_dollars, text_of, to_bytes, tokens_at, tokens_estimate,
};

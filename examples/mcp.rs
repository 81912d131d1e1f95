//! Offers the tools of an MCP server to programs. The server is a Python script that the run
//! starts. The run needs no context.
//!
//! `cargo run --example mcp --features mcp`

use std::sync::Arc;

use rlm::tools::McpServer;
use rlm::{Context, FakeModel, Rlm};

/// Returns the answer of the run.
pub(crate) async fn answer() -> Result<String, Box<dyn std::error::Error>> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/crates/rlm-tools/tests/mcp_server.py");
    let server = McpServer::start(&format!("python3 '{script}'"), Some("shop")).await?;
    let model = FakeModel::new(["```repl\nFINAL(shop_stock_of(article='A-1')['count'])\n```"]);
    let rlm = server
        .tools()
        .iter()
        .fold(Rlm::new(model), |rlm, tool| rlm.tool(Arc::clone(tool)));
    let result = rlm.run("How many A-1 are in stock?", &Context::from_text("")).await?;
    Ok(result.answer.or(result.message).unwrap_or_default())
}

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::print_stdout, reason = "an example shows its answer")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("in stock: {}", answer().await?);
    Ok(())
}

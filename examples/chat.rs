//! Chats about a file. Each line that you type is a question, and each answer takes the earlier
//! ones into account.
//!
//! `cargo run --example chat -- README.md`, with `OPENAI_API_KEY` or another API key that `rlm
//! models` lists

use std::io::{BufRead as _, stdin};

use rlm::models::{DefaultModel, ProviderOrder, ResolveOptions, default_model, resolve};
use rlm::sessions::SessionLimits;
use rlm::{Context, Rlm};

/// Answers lines until the end of the input, or until the session's budget is spent.
pub(crate) async fn chat(
    rlm: &Rlm,
    context: &Context,
    limits: SessionLimits,
    lines: impl Iterator<Item = String>,
    mut say: impl FnMut(&str),
) -> Result<(), rlm::RunError> {
    let mut session = rlm.session(context).with_limits(limits);
    for line in lines.filter(|line| !line.trim().is_empty()) {
        let result = session.ask(&line).await?;
        say(result
            .answer
            .as_deref()
            .or(result.message.as_deref())
            .unwrap_or_default());
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "a chat is said")]
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).ok_or("name a file to talk about")?;
    let context = Context::from_text(std::fs::read_to_string(file)?);
    let env = |name: &str| std::env::var(name).ok();
    let DefaultModel::Found { spec, .. } = default_model(&env, ProviderOrder::Usual) else {
        return Err("set OPENAI_API_KEY or another key that `rlm models` lists".into());
    };
    let rlm = Rlm::new(resolve(&spec, &env, &ResolveOptions::default())?);
    let lines = stdin().lock().lines().map_while(Result::ok);
    chat(&rlm, &context, SessionLimits::default(), lines, |answer| {
        println!("{answer}")
    })
    .await?;
    Ok(())
}

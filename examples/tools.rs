//! Offers functions of the host to programs: one that only reads, and one with effects.
//!
//! `cargo run --example tools`

use std::sync::{Arc, Mutex, PoisonError};

use rlm::tools::{Access, Arguments, FunctionTool, Reach, ToolDescription, ToolGrant};
use rlm::{Context, FakeModel, Rlm, RunError};
use serde_json::json;

/// Returns the answer, and the sent messages.
pub(crate) fn answer() -> Result<(String, Vec<String>), RunError> {
    let order = json!({"type": "object", "properties": {"order": {"type": "string"}}, "required": ["order"]});
    let description = ToolDescription::new("status", "Returns the status of an order.")
        .parameters(order)
        .access(Access::Read, Reach::Local);
    let status = FunctionTool::new(description, |arguments: Arguments| async move {
        let is_late = arguments.get("order") == Some(&json!("A-1"));
        Ok(json!({"order": arguments.get("order"), "late": is_late}))
    });

    // A tool without a declared access counts as one with effects. Its arguments must be literals
    // of the program. They may not derive from the context, from replies or from other tools,
    // unless its permission allows it.
    let sent: Arc<Mutex<Vec<String>>> = Arc::default();
    let outbox = Arc::clone(&sent);
    let body = json!({"type": "object", "properties": {"body": {"type": "string"}}, "required": ["body"]});
    let description = ToolDescription::new("notify", "Notifies the shop.").parameters(body);
    let notify = FunctionTool::new(description, move |arguments: Arguments| {
        let body = arguments.get("body").map(ToString::to_string).unwrap_or_default();
        outbox.lock().unwrap_or_else(PoisonError::into_inner).push(body);
        async { Ok(json!("sent")) }
    });

    let model = FakeModel::new(["```repl\n\
         late = [o for o in re.findall(r'[A-Z]-\\d', P) if status(o)['late']]\n\
         try:\n    notify(f'late: {late}')\nexcept CallFailed as e:\n    print(e.kind)\n\
         notify('There are late orders.')\n\
         FINAL(', '.join(late))\n```"]);
    let grant = ToolGrant {
        calls: 2,
        ..ToolGrant::default()
    };
    let rlm = Rlm::new(model)
        .tool(status)
        .tool(notify)
        .configure(|runner| runner.grant("notify", grant));
    let context = Context::from_text("Orders of today: A-1, B-2, C-3.");
    let result = rlm.run_blocking("Which orders are late?", &context)?;
    let sent = sent.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok((result.answer.or(result.message).unwrap_or_default(), sent))
}

#[expect(clippy::print_stdout, reason = "an example shows its answer")]
fn main() -> Result<(), RunError> {
    let (answer, sent) = answer()?;
    println!("late: {answer}; sent: {}", sent.join(", "));
    Ok(())
}

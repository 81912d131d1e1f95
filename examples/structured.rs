//! Requests a JSON answer that matches a schema, for use by another program. An invalid answer is
//! returned to the model with the errors.
//!
//! `cargo run --example structured`

use rlm::{Context, FakeModel, Rlm};
use serde_json::{Value, json};

type Error = Box<dyn std::error::Error>;

/// Returns the signatory and the date of the contract.
pub(crate) fn answer() -> Result<Value, Error> {
    let schema = json!({
        "type": "object",
        "properties": {
            "signed_by": {"type": "string"},
            "year": {"type": "integer", "minimum": 1900},
        },
        "required": ["signed_by", "year"],
        "additionalProperties": false,
    });
    // The first answer lacks the year and is rejected.
    let model = FakeModel::new([
        "```repl\nsigned = re.search(r'Signed by (.*) in (\\d+)', P)\nFINAL({'signed_by': signed.group(1)})\n```",
        "```repl\nFINAL({'signed_by': signed.group(1), 'year': int(signed.group(2))})\n```",
    ]);
    let rlm = Rlm::new(model).configure(|runner| runner.answer_schema(schema).max_rejections(2));
    let context = Context::from_text("The rent is due monthly.\nSigned by M. Okoye in 2024\n");
    let result = rlm.run_blocking("Who signed the contract, and when?", &context)?;
    let answer = result.answer.ok_or("no answer was of the schema")?;
    Ok(serde_json::from_str(&answer)?)
}

#[expect(clippy::print_stdout, reason = "an example shows its answer")]
fn main() -> Result<(), Error> {
    println!("{}", answer()?);
    Ok(())
}

//! An answer that another program reads: JSON of a schema, or none. What is not of the schema goes back to the model with the reasons.
//!
//! `cargo run --example structured`

use rlm::{Context, FakeModel, Rlm};
use serde_json::{Value, json};

type Error = Box<dyn std::error::Error>;

/// Returns who signed the contract, and when.
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
    // The first answer lacks the year, and is sent back.
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

//! Rhai, with an operation limit. It has no regular expressions, so `regex` and `search` are native
//! functions.

use std::cell::RefCell;
use std::error::Error;
use std::rc::Rc;
use std::time::Instant;

use regex::Regex;
use rhai::{Array, Dynamic, Engine as Interpreter, EvalAltResult, Scope};

use super::{Engine, Loaded, OPERATIONS, Run, Task, locked_version};

struct Rhai {
    interpreter: Interpreter,
    printed: Rc<RefCell<String>>,
    source: String,
    context: String,
}

pub(crate) fn load(task: &Task) -> Loaded {
    let mut interpreter = Interpreter::new();
    interpreter.set_max_operations(OPERATIONS);
    interpreter.register_type_with_name::<Regex>("Pattern");
    interpreter.register_fn("regex", compile);
    interpreter.register_fn("search", search);
    let printed = Rc::new(RefCell::new(String::new()));
    let output = Rc::clone(&printed);
    interpreter.on_print(move |line| {
        let mut output = output.borrow_mut();
        output.push_str(line);
        output.push('\n');
    });
    Ok(Box::new(Rhai {
        interpreter,
        printed,
        source: task.program("rhai")?,
        context: task.context.clone(),
    }))
}

fn compile(pattern: &str) -> Result<Regex, Box<EvalAltResult>> {
    Regex::new(pattern).map_err(|error| error.to_string().into())
}

/// Returns the groups of the first match, with the whole match first; `()` if there is no match.
fn search(pattern: &mut Regex, text: &str) -> Dynamic {
    let Some(found) = pattern.captures(text) else {
        return Dynamic::UNIT;
    };
    let groups = found
        .iter()
        .map(|group| group.map_or(Dynamic::UNIT, |group| group.as_str().into()));
    groups.collect::<Array>().into()
}

impl Engine for Rhai {
    fn version(&self) -> String {
        locked_version("rhai")
    }

    fn run(&mut self) -> Result<Run, Box<dyn Error>> {
        self.printed.take();
        let mut scope = Scope::new();
        scope.push("context", self.context.clone());
        let start = Instant::now();
        let program = self.interpreter.compile(&self.source)?;
        self.interpreter.run_ast_with_scope(&mut scope, &program)?;
        Ok(Run {
            took: start.elapsed(),
            printed: self.printed.take(),
        })
    }
}

//! Starlark, with limits on ticks and heap. It has no regular expressions, so `search` is a native
//! function.

use std::cell::RefCell;
use std::error::Error;
use std::time::Instant;

use regex::Regex;
use starlark::PrintHandler;
use starlark::environment::{Globals, GlobalsBuilder, LibraryExtension, Module};
use starlark::eval::Evaluator;
use starlark::syntax::{AstModule, Dialect};
use starlark::values::list::AllocList;
use starlark::values::{Heap, Value};

use super::{Engine, Loaded, OPERATIONS, Run, Task, locked_version};

/// The heap limit in bytes. Starlark collects no garbage inside a function, so the heap must hold
/// everything that a program allocates.
const HEAP_BYTES: usize = 1 << 30;

struct Starlark {
    globals: Globals,
    source: String,
    context: String,
}

pub(crate) fn load(task: &Task) -> Loaded {
    Ok(Box::new(Starlark {
        globals: GlobalsBuilder::extended_by(&[LibraryExtension::Print])
            .with(natives)
            .build(),
        source: task.program("star")?,
        context: task.context.clone(),
    }))
}

thread_local! {
    /// A cache for the last pattern, similar to the cache of Python's `re`.
    static PATTERN: RefCell<Option<Regex>> = const { RefCell::new(None) };
}

#[starlark::starlark_module]
fn natives(builder: &mut GlobalsBuilder) {
    /// Returns the groups of the first match, with the whole match first; `None` if there is no
    /// match.
    fn search<'v>(
        #[starlark(require = pos)] pattern: &str,
        #[starlark(require = pos)] text: &str,
        heap: Heap<'v>,
    ) -> starlark::Result<Value<'v>> {
        PATTERN.with_borrow_mut(|kept| {
            let regex = match kept.take() {
                Some(regex) if regex.as_str() == pattern => regex,
                _ => Regex::new(pattern).map_err(starlark::Error::new_other)?,
            };
            let regex = kept.insert(regex);
            let Some(found) = regex.captures(text) else {
                return Ok(Value::new_none());
            };
            let groups = found
                .iter()
                .map(|group| group.map_or(Value::new_none(), |group| heap.alloc(group.as_str())));
            Ok(heap.alloc(AllocList(groups)))
        })
    }
}

/// The collected output of a program, with strings quoted like Python's `repr`.
#[derive(Default)]
struct Printed(RefCell<String>);

impl PrintHandler for Printed {
    fn println(&self, line: &str) -> starlark::Result<()> {
        let mut printed = self.0.borrow_mut();
        printed.push_str(&line.replace('"', "'"));
        printed.push('\n');
        Ok(())
    }
}

impl Engine for Starlark {
    fn version(&self) -> String {
        locked_version("starlark")
    }

    fn run(&mut self) -> Result<Run, Box<dyn Error>> {
        Module::with_temp_heap(|module| {
            module.set("context", module.heap().alloc(self.context.as_str()));
            let source = self.source.clone();
            let printed = Printed::default();
            let start = Instant::now();
            let program = AstModule::parse("program", source, &Dialect::Extended).map_err(shown)?;
            let mut evaluator = Evaluator::new(&module);
            evaluator.set_max_tick_count(OPERATIONS)?;
            evaluator.set_max_heap_size(HEAP_BYTES)?;
            evaluator.set_print_handler(&printed);
            evaluator.eval_module(program, &self.globals).map_err(shown)?;
            let took = start.elapsed();
            drop(evaluator);
            Ok(Run {
                took,
                printed: printed.0.into_inner(),
            })
        })
    }
}

fn shown(error: starlark::Error) -> String {
    error.to_string()
}

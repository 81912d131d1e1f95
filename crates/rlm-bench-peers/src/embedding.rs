//! Measures the cost of embedding: creating a session, setting a variable and running a line,
//! running a compiled line, calling a program's function from Rust, and calling a host function
//! from a program.
//!
//! A host creates one session per tenant. Objects that a process creates once, such as Rhai's
//! engine and Starlark's globals, are not measured. Sift and Rhai are metered, Starlark and Lua run
//! without limits.

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::engines::locked_version;

const RUNS: u32 = 20_000;
const LINE: &str = "x * 2 + 1";

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The times per call in a language, in the order of [`ROWS`].
type Figures = [Duration; ROWS.len()];

const ROWS: [&str; 5] = [
    "a new session",
    "set a variable, run a line",
    "run a compiled line",
    "call a program's function",
    "call a function of the host",
];

/// Measures all languages and prints the table in Markdown.
pub(crate) fn show() -> Result<()> {
    let languages: [(&str, &str, fn() -> Result<Figures>); 4] = [
        ("Sift", "sift", sift),
        ("rhai", "rhai", rhai),
        ("starlark", "starlark", starlark),
        ("mlua", "mlua", lua),
    ];
    let mut columns = Vec::new();
    for (name, package, measure) in languages {
        eprintln!("embedding {name} …");
        columns.push((format!("{name} {}", locked_version(package)), measure()?));
    }
    println!(
        "\n| µs |{}",
        columns.iter().map(|(name, _)| format!(" {name} |")).collect::<String>()
    );
    println!("|---|{}", "---:|".repeat(columns.len()));
    for (place, row) in ROWS.iter().enumerate() {
        let cells = columns
            .iter()
            .map(|(_, figures)| format!(" {:.2} |", figures[place].as_secs_f64() * 1e6));
        println!("| {row} |{}", cells.collect::<String>());
    }
    Ok(())
}

/// Returns the time of one call: the mean of the fastest of five rounds.
fn time<T>(mut work: impl FnMut() -> Result<T>) -> Result<Duration> {
    let mut best = Duration::MAX;
    for _ in 0..5 {
        let start = Instant::now();
        for _ in 0..RUNS / 5 {
            black_box(work()?);
        }
        best = best.min(start.elapsed() / (RUNS / 5));
    }
    Ok(best)
}

fn sift() -> Result<Figures> {
    use sift::Session;

    let mut session = Session::default();
    session.set("x", &1)?;
    session.function("twice(n: int) -> int", |n: i64| 2 * n)?;
    session.run("def double(n): return 2 * n")?;
    let line = session.compile(LINE)?;
    let call = session.compile("twice(x)")?;
    Ok([
        time(|| Ok(Session::default()))?,
        time(|| {
            session.set("x", &2)?;
            Ok(session.eval::<i64>(LINE)?)
        })?,
        time(|| Ok(session.eval::<i64>(&line)?))?,
        time(|| Ok(session.call::<i64>("double", (3,))?))?,
        time(|| Ok(session.eval::<i64>(&call)?))?,
    ])
}

fn rhai() -> Result<Figures> {
    use rhai::{Engine, Scope};

    let mut engine = Engine::new();
    engine.set_max_operations(1_000_000_000);
    engine.register_fn("twice", |n: i64| 2 * n);
    let mut scope = Scope::new();
    scope.push("x", 1_i64);
    let line = engine.compile(LINE)?;
    let functions = engine.compile("fn double(n) { 2 * n }")?;
    let call = engine.compile("twice(x)")?;
    Ok([
        time(|| Ok(Scope::new()))?,
        time(|| {
            scope.set_value("x", 2_i64);
            Ok(engine.eval_with_scope::<i64>(&mut scope, LINE)?)
        })?,
        time(|| Ok(engine.eval_ast_with_scope::<i64>(&mut scope, &line)?))?,
        time(|| Ok(engine.call_fn::<i64>(&mut Scope::new(), &functions, "double", (3_i64,))?))?,
        time(|| Ok(engine.eval_ast_with_scope::<i64>(&mut scope, &call)?))?,
    ])
}

#[starlark::starlark_module]
fn natives(builder: &mut starlark::environment::GlobalsBuilder) {
    fn twice(#[starlark(require = pos)] n: i32) -> starlark::Result<i32> {
        Ok(2 * n)
    }
}

fn starlark() -> Result<Figures> {
    use starlark::environment::{GlobalsBuilder, Module};
    use starlark::eval::Evaluator;
    use starlark::syntax::{AstModule, Dialect};

    let globals = GlobalsBuilder::standard().with(natives).build();
    let shown = |error: starlark::Error| error.to_string();
    let parse = |source: &str| AstModule::parse("line", source.to_owned(), &Dialect::Extended).map_err(shown);
    let session = time(|| Module::with_temp_heap(|_| Ok(())))?;
    Module::with_temp_heap(|module| {
        module.set("x", module.heap().alloc(1));
        let line = parse(LINE)?;
        let call = parse("twice(x)")?;
        let mut evaluator = Evaluator::new(&module);
        evaluator
            .eval_module(parse("def double(n): return 2 * n")?, &globals)
            .map_err(shown)?;
        let double = module.get("double").ok_or("double is not defined")?;
        let mut eval = |program: AstModule| -> Result<()> {
            black_box(evaluator.eval_module(program, &globals).map_err(shown)?);
            Ok(())
        };
        let figures = [
            session,
            time(|| {
                module.set("x", module.heap().alloc(2));
                eval(parse(LINE)?)
            })?,
            // Running a parsed program consumes it, so it is cloned.
            time(|| eval(line.clone()))?,
            Duration::ZERO,
            time(|| eval(call.clone()))?,
        ];
        drop(evaluator);
        let mut evaluator = Evaluator::new(&module);
        let called = time(|| {
            let argument = module.heap().alloc(3);
            black_box(evaluator.eval_function(double, &[argument], &[]).map_err(shown)?);
            Ok(())
        })?;
        let [session, set, line, _, host] = figures;
        Ok([session, set, line, called, host])
    })
}

fn lua() -> Result<Figures> {
    use mlua::{Function, Lua};

    let lua = Lua::new();
    let globals = lua.globals();
    globals.set("x", 1)?;
    globals.set("twice", lua.create_function(|_, n: i64| Ok(2 * n))?)?;
    lua.load("function double(n) return 2 * n end").exec()?;
    let line = lua.load(format!("return {LINE}")).into_function()?;
    let call = lua.load("return twice(x)").into_function()?;
    let double: Function = globals.get("double")?;
    Ok([
        time(|| Ok(Lua::new()))?,
        time(|| {
            globals.set("x", 2)?;
            Ok(lua.load(LINE).eval::<i64>()?)
        })?,
        time(|| Ok(line.call::<i64>(())?))?,
        time(|| Ok(double.call::<i64>(3)?))?,
        time(|| Ok(call.call::<i64>(())?))?,
    ])
}

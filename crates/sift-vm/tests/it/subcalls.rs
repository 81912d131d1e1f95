//! Model calls of the toolkit: batches, coroutines and child runs, with replies that are late or
//! missing. `json_calls.rs` covers JSON questions.

use crate::support;

use crate::support::ask::ask;
use crate::support::{Arrival, run, run_in};
use sift_text::Text;
use sift_vm::{Budget, CallOutcome, ContextData, Machine, Settings, Step};

#[test]
fn coroutines_are_sequential_but_calls_are_parallel() {
    let source = "\
import asyncio
async def one(x, *, twice=False):
    reply = await llm_query_async('say ' + x)
    return reply if not twice else reply + reply
async def main():
    first, second = await asyncio.gather(one('a'), one('b', twice=True))
    tasks = [asyncio.create_task(one(x)) for x in 'cd']
    rest = [await task for task in tasks]
    for done in asyncio.as_completed([one('e')]):
        rest.append(await done)
    batch = await llm_query_batch_async(['x', ('from', 'to', 'y')])
    return [first, second] + rest + batch + [await asyncio.wait_for(one('f'), timeout=1), await asyncio.to_thread(len, 'abc')]
print(asyncio.run(main()))
print(await llm_query_async('top level'), await asyncio.sleep(1, 'woken'))";
    for arrival in [Arrival::AtOnce, Arrival::Late, Arrival::LastFirst] {
        let ran = run_in(support::machine(Settings::default()), source, arrival, 1_000);
        assert_eq!(
            ran.printed(),
            "['SAY A', 'SAY BSAY B', 'SAY C', 'SAY D', 'SAY E', 'X', 'Y', 'SAY F', 3]\nTOP LEVEL woken\n",
            "{:?}",
            ran.error
        );
    }
    // Nothing is read, so both calls are issued before the program waits.
    let source = "a, b = await asyncio.gather(llm_query('1'), llm_query('2'))\nprint(a, b)";
    let late = run_in(support::machine(Settings::default()), source, Arrival::Late, 1_000_000);
    assert!(late.steps <= 4, "{}", late.steps);
}

#[test]
fn gather_returns_exceptions_on_request() {
    let source = "\
results = await asyncio.gather(llm_query('ok'), llm_query('fail'), return_exceptions=True)
print(results[0], type(results[1]).__name__, isinstance(results[1], Exception))
results = await asyncio.gather(llm_query('fail'), llm_query('ok'))
print(failed(results[0]), results[1])
len(results[0])";
    let ran = run(source);
    assert_eq!(ran.printed(), "OK CallFailed True\nTrue OK\n");
    assert_eq!(ran.error.unwrap().type_name(), "CallFailed");
}

#[test]
fn child_runs_accept_any_context_value() {
    let source = "\
rlm_query('text', 'some text')
rlm_query('whole', ctx)
rlm_query('document', ctx.get_document(0))
rlm_query('list', ['a', ctx.get_document(0), 7])
rlm_query('none')
rlm_query_batched(['x', 'y'], [['a', 'b'], 'c'])
rlm_query_batched(['z'])
rlm_query_batched([])";
    let asked = ask(source, |_| Some("done".to_owned()));
    let contexts: Vec<Option<&str>> = asked.contexts.iter().map(Option::as_deref).collect();
    assert_eq!(
        contexts,
        [
            Some("some text"),
            Some("alpha beta"),
            Some("alpha beta"),
            Some("a\n\n---\n\nalpha beta\n\n---\n\n7"),
            None,
            Some("a\n\n---\n\nb"),
            Some("c"),
            None,
        ]
    );
    let wrong = ask("rlm_query_batched(['x', 'y'], ['only one'])", |_| None);
    assert_eq!(wrong.error, "ValueError: 1 contexts for 2 prompts");
}

#[test]
fn programs_read_the_remaining_budget() {
    let source = "\
before = budget()
print({name: before[name] for name in before if name != 'fuel'})
replies = llm_query_batched(['a', 'b', 'c'])
print(budget()['calls'], budget()['fuel'] < before['fuel'])";
    let shown = |budget: Budget| {
        let mut machine = support::machine(Settings::default());
        machine.set_budget(budget);
        run_in(machine, source, Arrival::Late, 1_000_000).printed().to_owned()
    };
    assert_eq!(
        shown(Budget::default()),
        "{'steps': None, 'calls': None, 'tokens': None, 'cost': None, 'seconds': None}\nNone True\n"
    );
    let budget = Budget {
        steps: Some(7),
        calls: Some(5),
        tokens: Some(90_000),
        cost_micro_dollars: Some(1_250_000),
    };
    assert_eq!(
        shown(budget),
        "{'steps': 7, 'calls': 5, 'tokens': 90000, 'cost': 1.25, 'seconds': None}\n2 True\n"
    );
    // The remaining budget never becomes negative.
    let spent = Budget {
        calls: Some(1),
        ..budget
    };
    assert!(shown(spent).ends_with("\n0 True\n"));
}

#[test]
fn show_vars_lists_user_variables() {
    let source = "print(SHOW_VARS())\nimport re\nimport json as j\nb = [1]\na = 'x'\n_own = 1\ndef f(): pass\nanswer = 'no'\nprint(SHOW_VARS())";
    let ran = run(source);
    assert!(
        ran.printed()
            .ends_with("Available variables: a (str), b (list), f (function), j (module), re (module)\n"),
        "{}",
        ran.printed()
    );
    assert_eq!(
        run("print(SHOW_VARS(), history, memory)").printed(),
        "No variables created yet. [] {}\n"
    );
}

#[test]
fn final_var_accepts_a_name_or_a_variable() {
    for (source, answer) in [
        ("result = [1, 'a']\nFINAL_VAR('result')", "[1, 'a']"),
        ("result = 5\nFINAL_VAR(result)", "5"),
        ("result = 5\nFINAL_VAR(' result ')", "5"),
        ("FINAL_VAR('no such name')", "no such name"),
        ("result = llm_query('x')\nFINAL_VAR(result)", "X"),
        ("result = 'other'\nother = 'deep'\nFINAL_VAR(result)", "deep"),
    ] {
        assert_eq!(run(source).answer().as_deref(), Some(answer), "{source}");
    }
}

#[test]
fn invalid_call_arguments_raise() {
    let source = "\
for bad in [lambda: llm_query_json(5, 6), lambda: llm_batch_json('one prompt'), lambda: llm_query_batch('one chunk'), lambda: llm_query_records('q', P, fields=7),
            lambda: llm_query('q', model=5), lambda: llm_query('q', max_tokens=0), lambda: llm_query_batched('q'),
            lambda: ask_chunks('q', [1]), lambda: ask('q', 5), lambda: records(5), lambda: records(P, sep=''),
            lambda: ctx.page(4), lambda: ctx.page(0, 0), lambda: chunks('abc', 2, by='document'), lambda: parse_json(5),
            lambda: parse_number(None), lambda: parse_labels('a', 'ab'), lambda: count_by(5), lambda: top(5)]:
    try:
        print(bad())
    except Exception as e:
        print(type(e).__name__, e)";
    let asked = ask(source, |_| Some("7".to_owned()));
    insta::assert_snapshot!(asked.printed + &asked.error);
}

/// Returns the maximum number of calls that a program has in flight, and their total.
fn calls_at_once(source: &str) -> (usize, usize) {
    let context = ContextData::text("a.txt", Text::new("a\nb\nc\n"));
    let mut machine = Machine::new(Settings::default(), context, "");
    let program = machine.compile(source).unwrap();
    let mut step = machine.start(&program, 1_000_000);
    let (mut most, mut made) = (0, 0);
    loop {
        step = match step {
            Step::OutOfFuel(paused) => paused.resume(Vec::new(), 1_000_000),
            Step::Needs(mut needs) => {
                let calls = needs.take_issued();
                most = most.max(calls.len());
                made += calls.len();
                let reply = |prompt: &Text| CallOutcome::Reply(Text::new(&prompt.to_flat().unwrap().to_uppercase()));
                let arrived = calls.iter().map(|call| (call.key, reply(&call.prompt))).collect();
                needs.resume(arrived, 1_000_000)
            }
            Step::Done(_) => return (most, made),
            Step::Raised(raised) => panic!("{source}: {}", raised.error.rendered),
            Step::Ended(ended) => panic!("{source}: {:?}", ended.end),
        };
    }
}

#[test]
fn parallel_false_issues_calls_sequentially() {
    for call in [
        "ask_chunks('Q', list('abcdef'), parallel={})",
        "ask_chunked('Q', list('abcdef'), parallel={})",
        "ask_chunks('Q', 'abcdef', chunk_size=1, parallel={})",
        "llm_query_batch(list('abcdef'), parallel={})",
    ] {
        for (parallel, most) in [("False", 1), ("0", 1), ("True", 6), ("None", 6)] {
            let source = format!(
                "replies = {}\nprint([len(r) for r in replies])",
                call.replace("{}", parallel)
            );
            assert_eq!(calls_at_once(&source), (most, 6), "{source}");
        }
    }
}

#[test]
fn prompt_argument_may_be_named_text() {
    let source = "\
print(llm_query(text='one'), llm_query('two'), llm_query(prompt='three'), llm_query(None, text='four'))
print(llm_query('sum up', text='five'))
print(llm_query(f\"{llm_query('a')}\", text=llm_query('b')))
print(ask_chunk('Q', 'x') == ask('Q', 'x'))
try:
    llm_query()
except TypeError as error:
    print(error)
";
    let ran = run(source);
    assert_eq!(
        ran.printed(),
        "ONE TWO THREE FOUR\nSUM UP\n\nFIVE\nA\n\nB\nTrue\nllm_query() missing 1 required positional argument: 'prompt'\n"
    );
}

#[test]
fn record_calls_support_batches() {
    let ran = run("print(llm_batch_records(['q', 'r'], fields=['n']), llm_batch_records([]))");
    assert_eq!(ran.printed(), "[None, None] []\n");
}

//! Every function of the toolkit ends in a limit on adversarial arguments: quickly and within
//! memory.

use crate::support::limits::limits;

use sift_text::{Origin, SourceId, Text};
use sift_vm::{ContextData, Machine, Settings};

/// Returns a machine over a context of 100,000 lines.
fn machine(settings: Settings) -> Machine {
    let text = Text::with_origin("ab: 1 || cd\n".repeat(100_000), Origin::Source(SourceId(0)));
    Machine::new(settings, ContextData::text("big.txt", text), "")
}

/// A coroutine to await.
const GIVEN: &str = "async def again():\n    return 1\n";

limits! { machine, GIVEN;
    limit_in_peek: "while True:\n    peek(10_000_000) + 'x'";
    limit_in_tail: "while True:\n    tail(10_000_000) + 'x'";
    limit_in_len_p: "while True:\n    lenP()";
    limit_in_count_tokens: "while True:\n    count_tokens(P)";
    limit_in_extract_after: "while True:\n    extract_after('no such marker')";
    limit_in_lines: "lines(P)", "while True:\n    lines('a\\nb')";
    limit_in_records: "records(P)", "records('||' * 900_000)", "while True:\n    records('a: b' * 90_000 + '||')";
    limit_in_chunks: "chunks(P, 1)",
        "chunks(P, 5, 4, 'line')",
        "chunks(P, 50, by='paragraph')",
        "chunks(P, 7, by='heading')",
        "chunks('# a\\n' * 400_000, 9, by='heading')",
        "chunks(ctx, 3, by='document')";
    limit_in_count_by: "count_by(range(10 ** 9))", "count_by('a' * 9_000_000, lambda c: c)";
    limit_in_top: "top(range(10 ** 9))", "while True:\n    top({'a': 1})";
    limit_in_parse_json: "parse_json('[' * 2_000_000)", "parse_json('{\"a\":' * 500_000)", "while True:\n    parse_json('[1]')",
        "parse_json('no bracket ' * 200_000)", "parse_json('no bracket ' * 200_000 + '[')";
    limit_in_parse_number: "while True:\n    parse_number('none ' * 1_000)", "while True:\n    parse_number('9' * 1_000 + 'x')";
    limit_in_parse_labels: "parse_labels('a\\n' * 500_000, ['a', 'b'])", "parse_labels('a', range(10 ** 9))";
    limit_in_ask: "while True:\n    ask('Q', 'x' * 100_000)";
    limit_in_ask_chunk: "while True:\n    ask_chunk('Q', 'x' * 100_000)";
    limit_in_ask_chunks: "ask_chunks('Q', ctx, chunk_size=1)", "while True:\n    ask_chunks('Q', ['x'])",
        "ask_chunks('Q', ['x'] * 600_000, parallel=False)";
    limit_in_ask_chunked: "ask_chunked('Q', ctx, chunk_size=1)", "while True:\n    ask_chunked('Q', ['x'])";
    limit_in_ask_chunks_first: "ask_chunks_first('NO_ANSWER', ['x'] * 1_000_000)";
    limit_in_pick_first_answer: "pick_first_answer([''] * 600_000)", "while True:\n    pick_first_answer([])";
    limit_in_llm_query: "while True:\n    llm_query('x')";
    limit_in_llm_query_batched: "llm_query_batched(['x'] * 600_000)", "llm_query_batched(str(i) for i in range(10 ** 9))";
    limit_in_llm_batch: "llm_batch(['x'] * 600_000)";
    limit_in_llm_query_batch: "llm_query_batch(['x'] * 600_000)";
    limit_in_llm_query_async: "while True:\n    await llm_query_async('x')";
    limit_in_llm_query_batch_async: "await llm_query_batch_async(['x'] * 600_000)";
    limit_in_llm_query_json: "while True:\n    llm_query_json('[1]')", "llm_query_json('[1]', {'enum': [0] * 600_000})";
    limit_in_llm_batch_json: "llm_batch_json(['[1]'] * 600_000)";
    limit_in_llm_batch_records: "llm_batch_records(['[]'] * 600_000)", "llm_batch_records(['q'], fields=range(10 ** 9))";
    limit_in_llm_query_records: "llm_query_records('q', fields=range(10 ** 9))";
    limit_in_rlm_query: "while True:\n    rlm_query('x', 'y')", "rlm_query('x', ['y' * 100] * 600_000)";
    limit_in_rlm_query_batched: "rlm_query_batched(['x'] * 600_000, ['y'] * 600_000)";
    limit_in_failed: "while True:\n    failed('x')";
    limit_in_final_var: "FINAL_VAR('x' * 20_000_000)";
    limit_in_final: "FINAL([0] * 600_000)";
    limit_in_submit: "SUBMIT(*([0] * 600_000))";
    limit_in_show_vars: "x = 1\nwhile True:\n    SHOW_VARS()";
    limit_in_budget: "while True:\n    budget()";
    limit_in_help: "while True:\n    help()", "while True:\n    help('str')";
    limit_in_grep: "grep(P, 'a', max=None)", "grep(P, 'a', after=10 ** 9)", "while True:\n    grep('a', 'b')";
    limit_in_search: "while True:\n    search('lazy dog')", "found = []\nwhile True:\n    found += search('the ' * 20)";
    limit_in_context_find: "while True:\n    ctx.find('no such text', flags=re.I)", "ctx.find('a', max_matches=None)", "ctx.find('(a|b)*c', regex=True, max_matches=None)";
    limit_in_context_chunk: "ctx.chunk(1)", "ctx.chunk(10 ** 6, 10 ** 6 - 1)";
    limit_in_context_slice: "while True:\n    ctx.slice(0, 10 ** 7) + 'x'";
    limit_in_context_page: "while True:\n    ctx.page(0, 10 ** 7) + 'x'", "while True:\n    ctx.page(0)",
        "while True:\n    ctx.page(3, marker_pattern='(1)')";
    limit_in_context_chunk_documents: "while True:\n    ctx.chunk_documents(1)";
    limit_in_context_document_lengths: "while True:\n    ctx.document_lengths()";
    limit_in_context_get_document: "while True:\n    ctx.get_document(0).text + 'x'";
    limit_in_context_metadata: "while True:\n    ctx.metadata()";
    limit_in_context_len_chars: "while True:\n    ctx.len_chars()";
    limit_in_context_num_documents: "while True:\n    ctx.num_documents()";
    limit_in_asyncio_gather: "await asyncio.gather(*range(10 ** 9))", "while True:\n    await asyncio.gather('x', return_exceptions=True)";
    limit_in_asyncio_run: "async def again():\n    return 1\nwhile True:\n    asyncio.run(again())";
    limit_in_asyncio_as_completed: "asyncio.as_completed(range(10 ** 9))";
    limit_in_asyncio_create_task: "await asyncio.create_task(again())", "asyncio.create_task(again())";
    limit_in_asyncio_ensure_future: "await asyncio.ensure_future(again())";
    limit_in_asyncio_sleep: "await asyncio.sleep(10 ** 9)", "await asyncio.sleep(1, P)";
    limit_in_asyncio_to_thread: "asyncio.to_thread(sorted, itertools.count())", "await asyncio.to_thread(len, P)", "await asyncio.to_thread(sorted, range(10 ** 9))";
    limit_in_asyncio_wait_for: "await asyncio.wait_for(again(), 1)";
}

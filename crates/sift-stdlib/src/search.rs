//! The function `search`, which returns passages of the context for a query, ranked by the host.

use std::sync::{Arc, OnceLock};

use sift_runtime::runtime::{Args, FoundPassage, Group, HostAnswer, HostQuestion, Runtime, SearchUnit};
use sift_runtime::table::{Owner, entry};
use sift_text::{OriginKind, OriginKinds, Text};
use sift_values::cost;
use sift_values::flow::{Flow, Outcome};
use sift_values::object::{Object, RecordObject, list_bytes, text_bytes};
use sift_values::value::{Label, Type, Value};
use smol_str::SmolStr;

/// The maximum number of passages that a call of `search` returns.
pub const MAX_TOP_K: usize = 1_000;
/// The maximum length of a search query, in code points.
pub const MAX_QUERY_CHARS: usize = 10_000;

pub(super) const GROUPS: &[Group] = &[Group {
    owner: Owner::Builtin,
    rows: &[entry(
        "search(query, top_k=10, unit='passage') -> list",
        "Ranks passages of the context (up to 2,000 characters) by the words that they share with the query, best first: \
         records with .document (its name), .text, .score, .location (such as 'a.md:12', with the line), and .start and .end, \
         offsets in the joined text P. Words count in any \
         order and inflection, without case and accents; a query may be a question. unit='paragraph' ranks whole paragraphs, \
         also by how close the words are, and requires parts in double quotes verbatim. For an exact text, use grep.",
        search,
    )],
}];

/// The names of the fields of a passage that `search` returns, in order.
const FIELDS: [&str; 6] = ["document", "text", "score", "start", "end", "location"];

fn search(m: &mut Runtime, args: &Args) -> Outcome {
    let query = m.text_of(args.get(0), "query")?;
    let chars = query.settled().map_or(0, sift_text::Settled::len_chars);
    if chars > MAX_QUERY_CHARS {
        let message = format!("a query has at most {MAX_QUERY_CHARS} characters, not {chars}");
        let flow = m.value_error(message);
        return Err(m.with_help(flow, "give the few words that matter"));
    }
    let top_k = match args.given(1) {
        None => 10,
        Some(top_k) => m.int_arg(top_k)?,
    };
    let top_k = match usize::try_from(top_k) {
        Ok(top_k) if (1..=MAX_TOP_K).contains(&top_k) => top_k,
        _ => {
            let flow = m.value_error(format!("top_k must be between 1 and {MAX_TOP_K}, not {top_k}"));
            return Err(m.with_help(flow, "to go through all of the context, use grep or ctx.chunk"));
        }
    };
    let unit = match args.given(2) {
        None => SearchUnit::default(),
        Some(unit) => unit_of(m, unit)?,
    };
    m.meter.charge(work(m, query.known_bytes()))?;
    m.ask(HostQuestion::Search { query, top_k, unit })?;
    let found: &[FoundPassage] = match m.answer_of_host() {
        Some(HostAnswer::Hits(found)) => found,
        Some(_) | None => &[],
    };
    let shown = found.iter().map(|passage| passage.text.known_bytes()).sum();
    let (count, bytes) = (found.len(), found.iter().map(passage_bytes).sum::<usize>());
    // The host's answer is taken only after everything that may fail or wait.
    m.meter.charge_bytes(shown)?;
    m.meter.charge_items(count.saturating_mul(cost::PASSAGE))?;
    m.reserve(bytes.saturating_add(list_bytes(count)))?;
    match m.take_answer_of_host() {
        Some(HostAnswer::Hits(found)) => {
            let records = found.into_iter().map(|passage| record(m, passage)).collect();
            m.note_looked_at(Label::CONTEXT);
            // The number of passages depends on the context.
            let hits = m.heap.add(Type::List, Object::List(records));
            Ok(hits.labelled(Label::CONTEXT))
        }
        Some(HostAnswer::Failed(failure)) => Err(Flow::Raise(m.call_failed(&failure))),
        Some(HostAnswer::Value(_)) | None => m.alloc_list(Vec::new()),
    }
}

fn unit_of(m: &mut Runtime, unit: Value) -> Result<SearchUnit, Flow> {
    let text = m.text_of(unit, "unit")?;
    match text.as_str() {
        Some("passage") => Ok(SearchUnit::Passage),
        Some("paragraph") => Ok(SearchUnit::Paragraph),
        _ => {
            let flow = m.value_error("unit must be 'passage' or 'paragraph'");
            Err(flow)
        }
    }
}

/// Returns the fuel units charged for a search. Each word of the query is looked up in the whole
/// context.
fn work(m: &Runtime, query_bytes: usize) -> u64 {
    let searched = m.context.joined.known_bytes() as u64 / cost::INDEXED_BYTES_PER_UNIT;
    let looked_up = (query_bytes as u64).saturating_mul(searched.saturating_add(1));
    looked_up.saturating_add(cost::RANKING)
}

/// Returns the memory charged for a found passage, in bytes: its record object and the values in
/// it.
fn passage_bytes(passage: &FoundPassage) -> usize {
    let (name, location) = (Text::new(&passage.document), Text::new(&passage.location));
    let own = name.new_bytes() + location.new_bytes();
    let headers = [&name, &location, &passage.text].map(text_bytes).iter().sum();
    let own = own.saturating_add(new_bytes(&passage.text));
    empty_record()
        .nominal_bytes()
        .saturating_add(own)
        .saturating_add(headers)
}

/// Returns the additional memory charged for a passage's text, in bytes: 0 for a slice of the
/// context.
fn new_bytes(text: &Text) -> usize {
    match text.origin_kinds() == OriginKinds::from_kind(OriginKind::Source) {
        true => 0,
        false => text.new_bytes(),
    }
}

fn empty_record() -> Object {
    record_of(vec![Value::NONE; FIELDS.len()])
}

fn record_of(values: Vec<Value>) -> Object {
    static NAMES: OnceLock<Arc<[SmolStr]>> = OnceLock::new();
    let names = NAMES.get_or_init(|| FIELDS.map(SmolStr::new_static).into());
    Object::Record(Box::new(RecordObject {
        type_name: SmolStr::new_static("Passage"),
        names: Arc::clone(names),
        values,
    }))
}

fn record(m: &mut Runtime, passage: FoundPassage) -> Value {
    let document = m.new_text(Text::new(&passage.document));
    let location = m.new_text(Text::new(&passage.location));
    m.heap.grow(new_bytes(&passage.text));
    let text = m.shared_text(passage.text);
    let values = [
        document,
        text,
        Value::float(passage.score),
        Value::length(passage.start),
        Value::length(passage.end),
        location,
    ];
    let values = values.map(|value| value.labelled(Label::CONTEXT));
    m.heap.add(Type::Record, record_of(values.to_vec()))
}

//! The call totals of each model, by depth in the tree of runs.

use std::collections::BTreeMap;

use rlm_model::{CallId, ModelIdentity};

use crate::{CallTotals, Event, Millis, Record};

/// The totals of the settled calls of one model at one depth of the tree of runs.
///
/// ```
/// # use rlm_trace::{ModelTotals, RecordedRun};
/// # let journal = "../../examples/recorded/reviews.jsonl";
/// let run = RecordedRun::read(journal)?;
/// let calls: Vec<_> = ModelTotals::of(&run.records).iter().map(|model| (model.depth, model.totals.calls)).collect();
/// assert_eq!(calls, [(0, 2), (1, 6)], "two of the root model, six of its programs");
/// # Ok::<(), rlm_trace::ReadError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelTotals {
    /// The depth in the tree of runs: 0 for the root model of the run, 1 for the calls of its
    /// programs (sub-models, and root models of child runs), and so on.
    pub depth: usize,
    /// The model whose calls are summed.
    pub model: ModelIdentity,
    /// The tokens and cost of the model's calls at this depth.
    pub totals: CallTotals,
    /// The sum of the durations of the model's calls at this depth. It exceeds the elapsed time if
    /// calls overlapped. `None` if the journal holds no times.
    pub time: Option<Millis>,
}

impl ModelTotals {
    /// Returns the totals of each model in a journal, sorted by depth and model, the root model
    /// first. Calls without a request are not counted, since they have no model.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a Record>) -> Vec<Self> {
        let mut asked: BTreeMap<&CallId, &ModelIdentity> = BTreeMap::new();
        let mut rows: BTreeMap<(usize, &ModelIdentity), Self> = BTreeMap::new();
        for record in records {
            match &record.event {
                Event::Issued(call) => _ = asked.insert(&call.id, &call.model),
                Event::Settled(call) => {
                    let Some(&model) = asked.get(&call.id) else { continue };
                    let depth = depth(&call.id);
                    let row = rows.entry((depth, model)).or_insert_with(|| Self {
                        depth,
                        model: model.clone(),
                        totals: CallTotals::default(),
                        time: None,
                    });
                    row.totals.add(call);
                    if let Some(elapsed) = call.elapsed {
                        let so_far = row.time.unwrap_or_default();
                        row.time = Some(Millis(so_far.0.saturating_add(elapsed.0)));
                    }
                }
                _ => {}
            }
        }
        rows.into_values().collect()
    }
}

fn depth(id: &CallId) -> usize {
    id.run.depth().saturating_add(usize::from(!id.is_root_model()))
}

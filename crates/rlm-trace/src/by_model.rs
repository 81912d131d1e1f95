//! What each model took, by how deep in the tree it was asked.

use std::collections::BTreeMap;

use rlm_model::{CallId, ModelIdentity};

use crate::{CallTotals, Event, Millis, Record};

/// What the settled calls of one model at one depth took.
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
    /// How deep: 0 for the root model of the run, 1 for what its programs ask (sub-models, and root models of child runs), and so on.
    pub depth: usize,
    /// Who was asked.
    pub model: ModelIdentity,
    /// What its calls took.
    pub totals: CallTotals,
    /// The times of its calls together: more than has passed where they overlapped. None where a journal holds no times.
    pub time: Option<Millis>,
}

impl ModelTotals {
    /// Adds up the events of a journal: the root model first, then by depth and model. Calls that got no request are nobody's.
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

//! Concurrency slots for requests, whose number adapts to the capacity of the server. Root models
//! take precedence over programs.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::Class;
use crate::concurrency::{Concurrency, Era};

/// The concurrency slots of a server. Waiting calls are served in the order of arrival, root models
/// first.
#[derive(Debug)]
pub(crate) struct Slots {
    queues: Mutex<Queues>,
}

#[derive(Debug)]
struct Queues {
    concurrency: Concurrency,
    held: usize,
    root: VecDeque<oneshot::Sender<Slot>>,
    sub: VecDeque<oneshot::Sender<Slot>>,
}

/// A concurrency slot that a request holds; it is released on drop.
#[derive(Debug)]
pub(crate) struct Slot {
    slots: Option<Arc<Slots>>,
    era: Era,
}

impl Slots {
    pub(crate) fn new(count: usize) -> Arc<Self> {
        let queues = Queues {
            concurrency: Concurrency::new(count),
            held: 0,
            root: VecDeque::new(),
            sub: VecDeque::new(),
        };
        Arc::new(Self {
            queues: Mutex::new(queues),
        })
    }

    /// Waits for a concurrency slot. Dropping the future leaves the queue.
    pub(crate) async fn acquire(self: &Arc<Self>, class: Class) -> Slot {
        let place = {
            let mut queues = self.lock();
            // A slot is free only if the queues are empty: a released one is passed to the next
            // waiting call.
            if queues.held < queues.concurrency.limit() {
                queues.held = queues.held.saturating_add(1);
                return self.slot(queues.concurrency.era());
            }
            let (sender, place) = oneshot::channel();
            match class {
                Class::Root => queues.root.push_back(sender),
                Class::Sub => queues.sub.push_back(sender),
            }
            place
        };
        // The queues live as long as any held slot, and waiting calls are served before they are
        // dropped.
        place.await.unwrap_or(Slot {
            slots: None,
            era: Era::default(),
        })
    }

    /// Returns the number of slots in use.
    pub(crate) fn held(&self) -> usize {
        self.lock().held
    }

    fn slot(self: &Arc<Self>, era: Era) -> Slot {
        Slot {
            slots: Some(Arc::clone(self)),
            era,
        }
    }

    /// Serves the queue: passes free slots to waiting calls.
    fn serve(self: &Arc<Self>) {
        loop {
            let (next, era) = {
                let mut queues = self.lock();
                if queues.held >= queues.concurrency.limit() {
                    return;
                }
                let Some(next) = queues.root.pop_front().or_else(|| queues.sub.pop_front()) else {
                    return;
                };
                queues.held = queues.held.saturating_add(1);
                (next, queues.concurrency.era())
            };
            if let Err(mut slot) = next.send(self.slot(era)) {
                // The waiting call was dropped.
                slot.slots = None;
                let mut queues = self.lock();
                queues.held = queues.held.saturating_sub(1);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queues> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slot {
    /// Records a successful answer. Returns the spacing of requests from now on.
    pub(crate) fn good(&self) -> f64 {
        self.note(Concurrency::good)
    }

    /// Records that the server refused a request because of load. Returns the spacing of requests
    /// from now on.
    pub(crate) fn refused(&self) -> f64 {
        self.note(Concurrency::refused)
    }

    fn note(&self, what: impl FnOnce(&mut Concurrency, Era, usize)) -> f64 {
        let Some(slots) = &self.slots else { return 0.0 };
        let (spacing, has_grown) = {
            let mut queues = slots.lock();
            let (others, before) = (queues.held.saturating_sub(1), queues.concurrency.limit());
            what(&mut queues.concurrency, self.era, others);
            (queues.concurrency.spacing(), queues.concurrency.limit() > before)
        };
        if has_grown {
            slots.serve();
        }
        spacing
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if let Some(slots) = self.slots.take() {
            {
                let mut queues = slots.lock();
                queues.held = queues.held.saturating_sub(1);
            }
            slots.serve();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn new_slots_go_to_waiting_calls() {
        let slots = Slots::new(2);
        let refused = [slots.acquire(Class::Sub).await, slots.acquire(Class::Sub).await];
        for slot in refused {
            slot.refused();
        }
        let first = slots.acquire(Class::Sub).await;
        let waiting = tokio::spawn({
            let slots = Arc::clone(&slots);
            async move { slots.acquire(Class::Sub).await }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        while slots.lock().concurrency.limit() < 2 {
            first.good();
        }
        let second = waiting.await.unwrap();
        assert_eq!(slots.held(), 2);
        drop((first, second));
        assert_eq!(slots.held(), 0);
    }
}

//! A number of slots that adapts to what a server takes, and that root models get before programs.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::Class;

/// A number of slots. Those who wait are served in the order of their coming, root models first.
///
/// The number adapts as a sender's window does in TCP: it grows by one for each round of good answers, up to the most that is
/// allowed, and is halved when the server says that it is too much.
#[derive(Debug)]
pub(crate) struct Slots {
    queues: Mutex<Queues>,
}

#[derive(Debug)]
struct Queues {
    most: usize,
    /// How many there are at present.
    limit: usize,
    held: usize,
    /// Good answers since the number grew last.
    good: usize,
    /// How often it was halved.
    halvings: u64,
    root: VecDeque<oneshot::Sender<Slot>>,
    sub: VecDeque<oneshot::Sender<Slot>>,
}

/// A slot that is held; free again when it is dropped.
#[derive(Debug)]
pub(crate) struct Slot {
    slots: Option<Arc<Slots>>,
    /// How often the number had been halved when the slot was given: the refusals of one round halve it once.
    halvings: u64,
}

impl Slots {
    pub(crate) fn new(count: usize) -> Arc<Self> {
        let queues = Queues {
            most: count.max(1),
            limit: count.max(1),
            held: 0,
            good: 0,
            halvings: 0,
            root: VecDeque::new(),
            sub: VecDeque::new(),
        };
        Arc::new(Self {
            queues: Mutex::new(queues),
        })
    }

    /// Waits for a slot. Dropping the future gives up the place in the queue.
    pub(crate) async fn acquire(self: &Arc<Self>, class: Class) -> Slot {
        let place = {
            let mut queues = self.lock();
            // A slot is free only while nobody waits: it is handed on when it is given back.
            if queues.held < queues.limit {
                queues.held = queues.held.saturating_add(1);
                return self.slot(queues.halvings);
            }
            let (sender, place) = oneshot::channel();
            match class {
                Class::Root => queues.root.push_back(sender),
                Class::Sub => queues.sub.push_back(sender),
            }
            place
        };
        // The queues live as long as the slots that are out, and those who wait are served before they end.
        place.await.unwrap_or(Slot {
            slots: None,
            halvings: 0,
        })
    }

    /// Returns how many slots are out.
    pub(crate) fn held(&self) -> usize {
        self.lock().held
    }

    const fn slot_of(slots: Arc<Self>, halvings: u64) -> Slot {
        Slot {
            slots: Some(slots),
            halvings,
        }
    }

    fn slot(self: &Arc<Self>, halvings: u64) -> Slot {
        Self::slot_of(Arc::clone(self), halvings)
    }

    /// Hands free slots on to those who wait.
    fn serve(self: &Arc<Self>) {
        loop {
            let (next, halvings) = {
                let mut queues = self.lock();
                if queues.held >= queues.limit {
                    return;
                }
                let Some(next) = queues.root.pop_front().or_else(|| queues.sub.pop_front()) else {
                    return;
                };
                queues.held = queues.held.saturating_add(1);
                (next, queues.halvings)
            };
            if let Err(mut slot) = next.send(self.slot(halvings)) {
                // Whoever waited there has gone.
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
    /// Notes that the server answered as it should.
    pub(crate) fn good(&self) {
        let Some(slots) = &self.slots else { return };
        {
            let mut queues = slots.lock();
            if queues.limit >= queues.most {
                return;
            }
            queues.good = queues.good.saturating_add(1);
            if queues.good < queues.limit {
                return;
            }
            queues.good = 0;
            queues.limit = queues.limit.saturating_add(1);
        }
        slots.serve();
    }

    /// Notes that the server says that it is asked too much.
    pub(crate) fn too_much(&self) {
        let Some(slots) = &self.slots else { return };
        let mut queues = slots.lock();
        if self.halvings == queues.halvings {
            queues.halvings = queues.halvings.saturating_add(1);
            queues.limit = (queues.limit / 2).max(1);
            queues.good = 0;
            tracing::debug!(slots = queues.limit, "the server is asked less at once");
        }
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

    fn limit(slots: &Slots) -> usize {
        slots.lock().limit
    }

    #[tokio::test]
    async fn a_round_of_refusals_halves_once_and_rounds_of_good_answers_add_one_each() {
        let slots = Slots::new(8);
        let mut held = Vec::new();
        for _ in 0..8 {
            held.push(slots.acquire(Class::Sub).await);
        }
        held.iter().for_each(Slot::too_much);
        assert_eq!(limit(&slots), 4);
        held.clear();
        for expected in [5, 6, 7, 8, 8] {
            for _ in 0..limit(&slots) {
                slots.acquire(Class::Sub).await.good();
            }
            assert_eq!(limit(&slots), expected);
        }
        for _ in 0..10 {
            slots.acquire(Class::Sub).await.too_much();
        }
        assert_eq!(limit(&slots), 1, "one is always left");
    }

    #[tokio::test]
    async fn more_slots_are_handed_to_those_who_wait() {
        let slots = Slots::new(2);
        slots.acquire(Class::Sub).await.too_much();
        let first = slots.acquire(Class::Sub).await;
        let waiting = tokio::spawn({
            let slots = Arc::clone(&slots);
            async move { slots.acquire(Class::Sub).await }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        first.good();
        let second = waiting.await.unwrap();
        assert_eq!(slots.held(), 2);
        drop((first, second));
        assert_eq!(slots.held(), 0);
    }
}

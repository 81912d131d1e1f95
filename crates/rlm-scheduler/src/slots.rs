//! A number of slots that root models get before programs.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::Class;

/// A number of slots. Those who wait are served in the order of their coming, root models first.
#[derive(Debug)]
pub(crate) struct Slots {
    queues: Mutex<Queues>,
}

#[derive(Debug)]
struct Queues {
    free: usize,
    root: VecDeque<oneshot::Sender<Slot>>,
    sub: VecDeque<oneshot::Sender<Slot>>,
}

/// A slot that is held; free again when it is dropped.
#[derive(Debug)]
pub(crate) struct Slot {
    slots: Option<Arc<Slots>>,
}

impl Slots {
    pub(crate) fn new(count: usize) -> Arc<Self> {
        let queues = Queues {
            free: count.max(1),
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
            if queues.free > 0 {
                queues.free = queues.free.saturating_sub(1);
                return self.slot();
            }
            let (sender, place) = oneshot::channel();
            match class {
                Class::Root => queues.root.push_back(sender),
                Class::Sub => queues.sub.push_back(sender),
            }
            place
        };
        // The queues live as long as the slots that are out, and those who wait are served before they end.
        place.await.unwrap_or(Slot { slots: None })
    }

    fn slot(self: &Arc<Self>) -> Slot {
        Slot {
            slots: Some(Arc::clone(self)),
        }
    }

    fn give_back(self: Arc<Self>) {
        let mut slot = self.slot();
        loop {
            let next = {
                let mut queues = self.lock();
                let next = queues.root.pop_front().or_else(|| queues.sub.pop_front());
                if next.is_none() {
                    queues.free = queues.free.saturating_add(1);
                    slot.slots = None;
                }
                next
            };
            let Some(next) = next else { return };
            match next.send(slot) {
                Ok(()) => return,
                // Whoever waited there has gone.
                Err(refused) => slot = refused,
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queues> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        if let Some(slots) = self.slots.take() {
            slots.give_back();
        }
    }
}

//! Process groups, and the list of those that are running.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::process::{Pid, Signal, kill_process_group};

/// The ids of the process groups whose [`Group`] was not dropped yet.
static RUNNING: Mutex<BTreeSet<i32>> = Mutex::new(BTreeSet::new());

/// A process group, all processes of which are killed when this value is dropped.
#[derive(Debug)]
pub struct Group(Option<i32>);

impl Group {
    /// Creates the group of a process that leads one, by its id.
    pub(crate) fn led_by(leader: Option<u32>) -> Self {
        let id = leader.and_then(|id| i32::try_from(id).ok());
        running().extend(id);
        Self(id)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(id) = self.0 {
            running().remove(&id);
            kill(id);
        }
    }
}

/// Kills all running process groups. Call it before the program exits without dropping its values,
/// as [`std::process::exit`] does.
pub fn kill_all() {
    running().iter().copied().for_each(kill);
}

fn running() -> MutexGuard<'static, BTreeSet<i32>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

fn kill(id: i32) {
    if let Some(group) = Pid::from_raw(id) {
        // Killing a group that has already exited fails, which is fine.
        let _ = kill_process_group(group, Signal::KILL);
    }
}

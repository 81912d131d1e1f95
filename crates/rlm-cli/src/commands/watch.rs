//! `rlm watch`: a run on the terminal, while it goes on or after.

use rlm_store::RunStore;

use crate::arguments::WatchArguments;
use crate::console::Console;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::{folders, live};

/// Shows a run until it is left.
pub(crate) fn run(arguments: &WatchArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let found = RunStore::open(folders::data(environment)?)?.find(&arguments.run)?;
    live::watch(&found.journal, &arguments.context, environment, console)?;
    Ok(0)
}

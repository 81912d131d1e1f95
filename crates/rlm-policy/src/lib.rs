//! Limits, prices, and the ledger that reserves before and settles after.

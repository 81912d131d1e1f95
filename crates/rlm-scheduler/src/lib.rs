//! One way out to models: rates, concurrency, retries, single flight, deadlines.

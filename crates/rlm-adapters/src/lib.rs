//! Ways to models: one module per provider, and models that need no network.

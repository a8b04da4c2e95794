//! One execution: commands, events, state, and the pure functions between them.

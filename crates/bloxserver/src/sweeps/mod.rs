//! What holds for every address of the server at once: the sweeps take them from the server's own description, so
//! that a new one is swept by itself.

mod audit;
mod bad_input;
mod house;
mod operations;
mod statuses;
mod strangers;

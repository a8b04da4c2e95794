//! What the language promises of an execution, a rule a test.

mod adoption;
mod agents;
mod bench;
mod each;
mod errors;
mod frames;
mod golden;
mod guards;
mod merges;
mod random;
mod snapshots;
mod speed;
mod sub_flows;
mod test_runs;
mod waits;

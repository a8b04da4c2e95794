use std::fmt;
use std::str::FromStr;

use kit::ids::{ExecutionId, FlowId, NodeId};

use crate::Journal;

/// What nodes on one database tell each other: it wakes, it carries no truth, and it may be lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    /// A node has written to the journals of these executions.
    Committed(NodeId, Vec<ExecutionId>),
    /// A waiting execution has become due.
    Due,
    /// There is a letter for an execution that this node runs.
    Letter(NodeId, ExecutionId),
    /// The watchdog has raised an alert.
    Alert,
    /// A flow or its triggers have changed.
    Flow(FlowId),
    /// Signals may have been lost: look.
    Missed,
}

/// Signals in the order in which they are heard.
#[derive(Debug)]
pub struct Signals(db::Signals);

impl Journal {
    /// Tells all nodes, this one included.
    pub fn tell(&self, signal: &Signal) {
        self.db().tell(&signal.to_string());
    }

    /// Listens from here on.
    pub fn signals(&self) -> Signals {
        Signals(self.db().signals())
    }
}

impl Signals {
    /// The next signal; `None` when the database is closed.
    pub async fn next(&mut self) -> Option<Signal> {
        let signal = self.0.next().await?;
        // Another version's signal is one that was missed.
        Some(signal.parse().unwrap_or(Signal::Missed))
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Committed(node, ids) => {
                write!(f, "committed {node}")?;
                ids.iter().try_for_each(|id| write!(f, " {id}"))
            }
            Self::Due => write!(f, "due"),
            Self::Letter(node, id) => write!(f, "letter {node} {id}"),
            Self::Alert => write!(f, "alert"),
            Self::Flow(id) => write!(f, "flow {id}"),
            Self::Missed => Ok(()),
        }
    }
}

impl FromStr for Signal {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        fn id<T>(word: Option<&str>) -> Result<kit::Id<T>, ()> {
            word.and_then(|word| word.parse().ok()).ok_or(())
        }
        let mut words = text.split(' ');
        match words.next().unwrap_or_default() {
            "committed" => {
                let node = id(words.next())?;
                Ok(Self::Committed(node, words.map(|word| id(Some(word))).collect::<Result<_, _>>()?))
            }
            "due" => Ok(Self::Due),
            "letter" => Ok(Self::Letter(id(words.next())?, id(words.next())?)),
            "alert" => Ok(Self::Alert),
            "flow" => Ok(Self::Flow(id(words.next())?)),
            _ => Err(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use kit::Sources;

    use super::*;

    #[test]
    fn a_signal_is_read_as_it_was_said() {
        let sources = Sources::system();
        for signal in [
            Signal::Committed(sources.id(), vec![sources.id(), sources.id()]),
            Signal::Due,
            Signal::Alert,
            Signal::Letter(sources.id(), sources.id()),
            Signal::Flow(sources.id()),
        ] {
            assert_eq!(signal.to_string().parse(), Ok(signal));
        }
        assert!("flow x".parse::<Signal>().is_err() && "".parse::<Signal>().is_err());
    }
}

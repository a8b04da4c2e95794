use std::fmt;
use std::str::FromStr;

use kit::Timestamp;
use kit::ids::{ExecutionId, FlowId, OwnerId};

use super::read::execution;
use super::{Execution, ExecutionStatus};
use crate::{Journal, Result, TriggerKind, sql};

/// Rows read with one question.
const CHUNK: u32 = 500;
/// Rows looked at for one page; what is found by then is the page.
const MOST_ROWS: u32 = 5_000;

/// Which executions of an owner are looked for; all when nothing is said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Search {
    /// Those of one flow.
    pub flow: Option<FlowId>,
    /// Those in one status.
    pub status: Option<ExecutionStatus>,
    /// Those that were started so.
    pub trigger_kind: Option<TriggerKind>,
    /// Those that started then or later.
    pub from: Option<Timestamp>,
    /// Those that started before.
    pub before: Option<Timestamp>,
    /// Those whose id, flow's name or error holds this text, in any case of letters.
    pub text: Option<String>,
}

/// Where in the list of executions somebody stands: behind the one that started then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// When it started.
    pub started_at: Timestamp,
    /// Its id.
    pub id: ExecutionId,
}

/// A page of what was looked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The executions with the names of their flows, the newest first.
    pub items: Vec<(Execution, String)>,
    /// Where the next page begins; `None` at the end. A page may be short, and empty, before it.
    pub next: Option<Place>,
}

impl Journal {
    /// Executions of an owner over all flows, the newest first, behind a place.
    ///
    /// What a filter leaves out is read all the same, up to a bound: then the page is short and names where to go on.
    pub async fn search(
        &self,
        owner: OwnerId,
        search: &Search,
        after: Option<Place>,
        limit: u32,
    ) -> Result<Found> {
        let text = search.text.as_ref().map(|text| text.to_lowercase());
        let (mut items, mut read, mut place) = (Vec::new(), 0, search.start(after));
        while read < MOST_ROWS {
            let rows = self.behind(owner, search, place).await?;
            read += CHUNK;
            let is_end = rows.len() < CHUNK as usize;
            for (at, (execution, name)) in (1..).zip(rows.iter()) {
                if search.takes(execution, name, text.as_deref()) {
                    items.push((execution.clone(), name.clone()));
                }
                place = Place { started_at: execution.started_at, id: execution.id };
                if items.len() == limit as usize && !(is_end && at == rows.len()) {
                    return Ok(Found { items, next: Some(place) });
                }
            }
            if is_end {
                return Ok(Found { items, next: None });
            }
        }
        Ok(Found { items, next: Some(place) })
    }

    async fn behind(
        &self,
        owner: OwnerId,
        search: &Search,
        place: Place,
    ) -> Result<Vec<(Execution, String)>> {
        let from = search.from.unwrap_or_default();
        let mut values = db::params![owner, place.started_at, place.id, from, CHUNK].to_vec();
        let statement = match (search.flow, search.status) {
            (Some(flow), _) => {
                values.push(flow.into());
                &sql::EXECUTIONS_OF_FLOW
            }
            (None, Some(ExecutionStatus::Error | ExecutionStatus::Timeout)) => &sql::FAILED_EXECUTIONS,
            (None, _) => &sql::EXECUTIONS_OF_OWNER,
        };
        let rows = self.db().all(statement, &values).await?;
        rows.iter().map(|row| Ok((execution(row)?, row.get(18)?))).collect()
    }
}

impl Search {
    /// Behind which place the newest one stands that it can take.
    fn start(&self, after: Option<Place>) -> Place {
        let least = ExecutionId::from_u128(0);
        let before = Place { started_at: self.before.unwrap_or(Timestamp::from_millis(i64::MAX)), id: least };
        match after {
            Some(after) if (after.started_at, after.id) < (before.started_at, before.id) => after,
            _ => before,
        }
    }

    fn takes(&self, execution: &Execution, flow_name: &str, text: Option<&str>) -> bool {
        let holds = |text: &str| {
            let error = [execution.error_code.as_deref(), execution.error_message.as_deref()];
            let id = execution.id.to_string();
            let fields = [Some(flow_name), Some(id.as_str())].into_iter().chain(error);
            fields.flatten().any(|field| field.to_lowercase().contains(text))
        };
        self.status.is_none_or(|status| execution.status == status)
            && self.trigger_kind.is_none_or(|kind| execution.trigger_kind == kind)
            && text.is_none_or(holds)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.started_at.as_millis(), self.id)
    }
}

impl FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> std::result::Result<Self, ()> {
        let (millis, id) = text.split_once('.').ok_or(())?;
        let started_at = Timestamp::from_millis(millis.parse().map_err(|_| ())?);
        Ok(Self { started_at, id: id.parse().map_err(|_| ())? })
    }
}

use std::sync::{Arc, PoisonError};

use flow::organism::{Organism, read};
use kit::ids::VersionId;

use crate::{Engine, Error, Result};

/// Plans kept; beyond that all are read again. What runs keeps its own.
const MOST_PLANS: usize = 2_000;

/// A version of a flow, read and ready to run.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) version: VersionId,
    pub(crate) organism: Organism,
    /// Whether its text mentions variables: most do not, and then none are loaded.
    pub(crate) uses_variables: bool,
    /// The same for secrets.
    pub(crate) uses_secrets: bool,
}

impl Engine {
    /// The plan of a version, read once.
    pub(crate) async fn plan(&self, id: VersionId) -> Result<Arc<Plan>> {
        if let Some(plan) = self.plans().get(&id) {
            return Ok(Arc::clone(plan));
        }
        let version = self.journal().version(id).await?.ok_or(Error::NotFound("version"))?;
        self.keep_plan(id, &version.organism_yaml)
    }

    /// Reads a text that runs from now on.
    pub(crate) fn keep_plan(&self, version: VersionId, text: &str) -> Result<Arc<Plan>> {
        let reading = read(text, self.catalogue());
        let organism = reading.organism.ok_or(Error::InvalidFlow(reading.diagnostics))?;
        let (uses_variables, uses_secrets) = (text.contains("vars"), text.contains("secret"));
        let plan = Arc::new(Plan { version, organism, uses_variables, uses_secrets });
        let mut plans = self.plans();
        if plans.len() >= MOST_PLANS {
            plans.clear();
        }
        plans.insert(version, Arc::clone(&plan));
        drop(plans);
        Ok(plan)
    }

    fn plans(&self) -> std::sync::MutexGuard<'_, std::collections::HashMap<VersionId, Arc<Plan>>> {
        self.0.plans.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

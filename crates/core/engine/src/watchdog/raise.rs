use flow::run::{Command, Failure};
use journal::{Alert, AlertLevel, AlertRule, Node};
use kit::ids::{ExecutionId, FlowId, OwnerId};

use super::Reaction;
use crate::{Engine, Result};

/// Of several letters with this id the first counts: every node may send it.
const COMMAND: &str = "watchdog";

/// What somebody should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) rule: AlertRule,
    pub(crate) level: AlertLevel,
    pub(crate) message: String,
}

/// Whom a finding concerns.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Concerns {
    pub(crate) owner: Option<OwnerId>,
    pub(crate) flow: Option<FlowId>,
    pub(crate) execution: Option<ExecutionId>,
}

impl Engine {
    /// Tells what was found about an execution, and ends it when that is critical.
    ///
    /// The alert comes first, so that no end lacks its reason; the end is told by every node that sees it, so that none
    /// is lost with the node that raised the alert.
    pub(super) async fn report(&self, concerns: Concerns, finding: Finding) -> Result<()> {
        let settings = &self.0.parts.watchdog;
        let stops = finding.level == AlertLevel::Critical && settings.reaction == Reaction::Stop;
        let Some(execution) = concerns.execution else { return Ok(()) };
        let fact = format!("{execution} {} {}", finding.rule.as_str(), finding.level.as_str());
        let why = format!("the watchdog stopped it: {}", finding.message);
        self.raise(fact, concerns, (finding, stops)).await?;
        if stops {
            self.send(execution, COMMAND, &Command::Stop { error: Failure::permanent(COMMAND, why) }).await?;
        }
        Ok(())
    }

    /// Tells what another room has found, to its owner or to operators, unless the fact was told before.
    pub async fn alert(
        &self,
        fact: String,
        owner: Option<OwnerId>,
        (rule, level): (AlertRule, AlertLevel),
        message: String,
    ) -> Result<()> {
        let concerns = Concerns { owner, ..Concerns::default() };
        self.raise(fact, concerns, (Finding { rule, level, message }, false)).await
    }

    /// Tells operators that a node is gone without having left.
    pub(crate) async fn tell_of_death(&self, node: &Node) -> Result<()> {
        let at = node.address.as_ref().map(|address| format!(" at {address}")).unwrap_or_default();
        let message = format!(
            "the node {}{at} (version {}) gives no sign of life: others go on with its {} executions",
            node.id, node.version, node.executions
        );
        let finding = Finding { rule: AlertRule::Node, level: AlertLevel::Critical, message };
        self.raise(format!("{} dead", node.id), Concerns::default(), (finding, false)).await
    }

    /// Keeps an alert and lets it be passed on, unless its fact was told before.
    pub(crate) async fn raise(
        &self,
        fact: String,
        concerns: Concerns,
        (finding, stops): (Finding, bool),
    ) -> Result<()> {
        let Concerns { owner, flow, execution } = concerns;
        let Finding { rule, level, message } = finding;
        let id = self.sources().id();
        let alert = Alert { id, owner, flow, execution, rule, level, message, stops, at: self.now() };
        let channels = self.0.parts.alarm.as_ref().map(|alarm| alarm.channels(&alert)).unwrap_or_default();
        if self.journal().raise_alert(&alert, &fact, &channels).await? {
            let (rule, level) = (rule.as_str(), level.as_str());
            metrics::counter!("bloxserver_alerts_total", "rule" => rule, "level" => level).increment(1);
            self.0.alerted.notify_one();
            tracing::warn!(rule, level, flow = ?flow, execution = ?execution, message = alert.message, "an alert");
        }
        Ok(())
    }
}

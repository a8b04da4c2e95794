use axum::extract::State;
use door::Json;
use engine::journal::{Node, NodeState};
use kit::Timestamp;
use kit::ids::NodeId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::ApiState;
use crate::signed::Operator;

/// A node that has been silent for that long is on its way to being taken for dead: three heartbeats are missing.
const SILENT_AFTER_MS: i64 = 9_000;

/// A running process of the server.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Node)]
pub(crate) struct NodeBody {
    id: NodeId,
    #[schema(example = "0.1.0")]
    version: String,
    state: StateBody,
    started_at: Timestamp,
    /// By the node's own clock; null for a node of an old version.
    #[schema(required)]
    last_heartbeat_at: Option<Timestamp>,
    /// Executions that it drives; what waits is not among them.
    executions: u32,
    /// Where it is reached, as its `NODE_ADDRESS` says.
    #[schema(required)]
    address: Option<String>,
    /// How it counts the limits of tiers, budgets and webhooks.
    counters: CountersBody,
    /// Whether it is the one that answers.
    is_this: bool,
}

/// How a node counts limits.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = NodeCounters)]
pub(crate) enum CountersBody {
    /// By itself: each of several nodes allows as much.
    Own,
    /// Together with all nodes that say the same, through `REDIS_URL`.
    Shared,
}

/// How a node is.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = NodeState)]
pub(crate) enum StateBody {
    /// It takes work.
    Ready,
    /// It takes no more work and is about to leave.
    Draining,
    /// Its last heartbeat is over 9 s old; after 15 s without one others take over what it has.
    Silent,
}

/// The nodes that share the work, the longest running first; for operators alone.
#[utoipa::path(
    get,
    path = "/nodes",
    operation_id = "listNodes",
    tag = "Operating",
    responses(
        (status = 200, description = "Every node in the register", body = Vec<NodeBody>),
        (status = 403, description = "`forbidden`: you are no operator; `bloxserver user set-operator` makes you one"),
    ),
)]
pub(crate) async fn list(State(state): State<ApiState>, _: Operator) -> door::Result<Json<Vec<NodeBody>>> {
    let (nodes, now, this) = (state.engine.nodes().await?, state.clock.now(), state.engine.node());
    Ok(Json(nodes.into_iter().map(|node| body(node, now, this)).collect()))
}

fn body(node: Node, now: Timestamp, this: NodeId) -> NodeBody {
    let is_silent = node.beat_at.is_some_and(|at| now.since_ms(at) >= SILENT_AFTER_MS);
    let state = match node.state {
        _ if is_silent => StateBody::Silent,
        NodeState::Ready => StateBody::Ready,
        NodeState::Draining => StateBody::Draining,
    };
    NodeBody {
        is_this: node.id == this,
        counters: if node.shares_counters { CountersBody::Shared } else { CountersBody::Own },
        id: node.id,
        version: node.version,
        state,
        started_at: node.started_at,
        last_heartbeat_at: node.beat_at,
        executions: node.executions,
        address: node.address,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::testing::{House, START};

    db::testing::both_databases! {
        async fn operators_see_the_nodes_and_others_are_refused(db: Db) {
            let house = House::on(db).await;
            let ann = house.token("ann@example.com").await;
            let refused = house.ask(&ann, "GET /nodes", Value::Null).await;
            assert_eq!(refused.code(), (403, "forbidden"));
            house.state.accounts.set_operator("ann@example.com", true).await.unwrap();
            let nodes = house.ask(&ann, "GET /nodes", Value::Null).await;
            assert_eq!(nodes.status, 200, "{nodes:?}");
            let node = &nodes.body[0];
            assert_eq!(nodes.body.as_array().unwrap().len(), 1);
            assert_eq!(node["id"], house.state.engine.node().to_string());
            assert_eq!((&node["version"], &node["state"], &node["isThis"]), (&"test".into(), &"ready".into(), &true.into()));
            assert_eq!(node["counters"], "own");
            house.state.engine.note_counters(true).await.unwrap();
            let nodes = house.ask(&ann, "GET /nodes", Value::Null).await;
            assert_eq!(nodes.body[0]["counters"], "shared");
            assert_eq!((&node["startedAt"], &node["executions"]), (&START.to_string().into(), &0.into()));
        }
    }

    #[test]
    fn a_node_is_silent_before_it_is_taken_for_dead() {
        let start = Timestamp::from_millis(0);
        let node = Node {
            id: NodeId::from_u128(1),
            beat: 7,
            version: "1".to_owned(),
            started_at: start,
            beat_at: Some(start),
            state: NodeState::Draining,
            executions: 0,
            address: None,
            shares_counters: false,
        };
        let state = |later_ms| body(node.clone(), start.plus_ms(later_ms), node.id).state;
        assert_eq!(state(8_999), StateBody::Draining);
        assert_eq!(state(9_000), StateBody::Silent);
        let old = Node { beat_at: None, state: NodeState::Ready, ..node.clone() };
        assert_eq!(body(old, start.plus_ms(60_000), node.id).state, StateBody::Ready);
    }
}

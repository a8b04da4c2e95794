use accounts::{Place, User};
use kit::ids::FlowId;

use crate::ApiState;

/// The place of a flow's secrets and variables; not found when the flow is not the user's.
pub(crate) async fn of_flow(state: &ApiState, user: &User, flow: FlowId) -> door::Result<Place> {
    let flow = state.engine.get_flow(user.id, flow).await?;
    Ok(Place::Flow(flow.id))
}

use axum::extract::State;
use door::{Faults, Json, Query, Validate};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{FlowPage, SummaryBody};
use crate::ApiState;
use crate::page::{PageBody, check_page, page};
use crate::signed::Signed;

/// `page` and `pageSize` of a query.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Which page, from 1.
    #[param(minimum = 1, default = 1)]
    pub(crate) page: Option<u32>,
    /// How many on a page.
    #[serde(alias = "page_size")]
    #[param(minimum = 1, maximum = 200, default = 20)]
    pub(crate) page_size: Option<u32>,
}

/// The flows of the user, the last changed first.
#[utoipa::path(
    get,
    path = "/flows",
    operation_id = "listFlows",
    tag = "Flows",
    params(ListQuery),
    responses(
        (status = 200, description = "A page of flows", body = FlowPage),
    ),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Query(query): Query<ListQuery>,
) -> door::Result<Json<FlowPage>> {
    let page = page(query.page, query.page_size, 20);
    let flows = state.engine.list_flows(user.id, page).await?;
    Ok(Json(PageBody::new(flows, page, SummaryBody::from)))
}

impl Validate for ListQuery {
    fn validate(&self, faults: &mut Faults) {
        check_page(self.page, self.page_size, faults);
    }
}

use accounts::AuditEntry;
use axum::extract::State;
use door::{Faults, Json, Query, Validate};
use engine::journal::Paged;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::ApiState;
use crate::page::{PageBody, check_page, page};
use crate::signed::Signed;

/// `page` and `pageSize` of a query.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditQuery {
    /// Which page, from 1.
    #[param(minimum = 1, default = 1)]
    page: Option<u32>,
    /// How many on a page.
    #[serde(alias = "page_size")]
    #[param(minimum = 1, maximum = 200, default = 50)]
    page_size: Option<u32>,
}

/// A part of the audit log.
pub(crate) type AuditPage = PageBody<AuditEntry>;

/// What you have changed, the newest first: from where, with which token, in which request.
#[utoipa::path(
    get,
    path = "/audit",
    operation_id = "listAuditEntries",
    tag = "Operating",
    params(AuditQuery),
    responses(
        (status = 200, description = "A page of changes", body = AuditPage),
    ),
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Query(query): Query<AuditQuery>,
) -> door::Result<Json<AuditPage>> {
    let page = page(query.page, query.page_size, 50);
    let (items, total) = state.accounts.list_changes(user.id, (page.size, page.offset())).await?;
    Ok(Json(PageBody::new(Paged { items, total }, page, |entry| entry)))
}

impl Validate for AuditQuery {
    fn validate(&self, faults: &mut Faults) {
        check_page(self.page, self.page_size, faults);
    }
}

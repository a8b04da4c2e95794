use axum::extract::State;
use door::{Faults, Json, Path, Validate};
use engine::Decision;
use engine::flow::run::Verdict;
use kit::ids::ApprovalId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{ApprovalBody, DecisionWord, body};
use crate::ApiState;
use crate::signed::Signed;

const MAX_COMMENT_CHARACTERS: usize = 2_000;

/// What a person says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = DecideApprovalRequest)]
pub(crate) struct DecideBody {
    decision: DecisionWord,
    /// Why; the flow sees it as `approval.comment`.
    #[schema(max_length = 2_000)]
    comment: Option<String>,
}

/// Decides a question. The first decision counts; the flow goes on with it.
#[utoipa::path(
    post,
    path = "/approvals/{approvalId}/decide",
    operation_id = "decideApproval",
    tag = "Approvals",
    request_body = DecideBody,
    responses(
        (status = 200, description = "The decision is on disk, and the execution goes on", body = ApprovalBody),
        (
            status = 409,
            description = "`already_decided`: somebody else or the deadline was first; `not_pending`: the execution is over. \
                           What was decided, by whom and when is in `details`"
        ),
    ),
)]
pub(crate) async fn decide(
    State(state): State<ApiState>,
    Signed(user): Signed,
    Path(id): Path<ApprovalId>,
    Json(wish): Json<DecideBody>,
) -> door::Result<Json<ApprovalBody>> {
    let verdict = match wish.decision {
        DecisionWord::Approve => Verdict::Approve,
        DecisionWord::Reject => Verdict::Reject,
    };
    // Whoever has no address is known by their id.
    let by = user.email.clone().unwrap_or_else(|| user.id.to_string());
    let comment = wish.comment.filter(|comment| !comment.trim().is_empty());
    let decision = Decision { verdict, by, comment };
    let approval = state.engine.decide(user.id, id, decision).await?;
    Ok(Json(body(&state, approval)))
}

impl Validate for DecideBody {
    fn validate(&self, faults: &mut Faults) {
        let is_long = |text: &String| text.chars().count() > MAX_COMMENT_CHARACTERS;
        if self.comment.as_ref().is_some_and(is_long) {
            faults.add("comment", format!("has more than {MAX_COMMENT_CHARACTERS} characters"));
        }
    }
}

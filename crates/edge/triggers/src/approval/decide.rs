use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use door::body::BodyLimits;
use door::{Failure, Path};
use engine::flow::run::Verdict;
use engine::{Decision, Error};
use serde_json::json;

use super::page::page;
use crate::State as Triggers;

const LIMITS: BodyLimits = BodyLimits { max_bytes: 64_000, timeout_ms: 10_000 };
const MAX_COMMENT_CHARACTERS: usize = 2_000;
/// Who decides by a link is not known.
const BEARER: &str = "link";

/// Decides what an execution asks, by the page's form.
#[utoipa::path(
    post,
    path = "/webhooks/approve/{ticket}",
    operation_id = "decideApprovalByLink",
    tag = "Approvals",
    request_body(
        description = "`decision`: `approve` or `reject`; `comment`, if there is one",
        content_type = "application/x-www-form-urlencoded",
        content = String,
        example = "decision=approve&comment=fine",
    ),
    responses(
        (status = 200, description = "The decision is on disk; the page says so", body = String, content_type = "text/html"),
        (status = 409, description = "Another decision came first; the page says which", body = String, content_type = "text/html"),
    ),
)]
pub(crate) async fn decide(
    State(state): State<Triggers>,
    Path(ticket): Path<String>,
    request: Request,
) -> door::Result<Response> {
    // A ticket that is none is said before a body is read.
    state.engine.approval_of_ticket(&ticket).await?;
    let body = door::body::read(request.into_body(), LIMITS).await?;
    let decided = state.engine.decide_by_ticket(&ticket, decision(&body)?).await;
    let now = state.clock.now();
    match decided {
        Ok(approval) => Ok(page(&approval, now, Some("Your decision is recorded."))),
        Err(Error::Decided(approval)) => {
            let mut response =
                page(&approval, now, Some("Somebody was here before: this is decided already."));
            *response.status_mut() = StatusCode::CONFLICT;
            Ok(response)
        }
        Err(error) => Err(error.into()),
    }
}

fn decision(body: &[u8]) -> door::Result<Decision> {
    let field = |wanted: &str| {
        form_urlencoded::parse(body).find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
    };
    let verdict = match field("decision").as_deref() {
        Some("approve") => Verdict::Approve,
        Some("reject") => Verdict::Reject,
        _ => return Err(Failure::invalid(json!({ "decision": "is neither approve nor reject" }))),
    };
    let comment = field("comment").filter(|comment| !comment.trim().is_empty());
    if comment.as_ref().is_some_and(|comment| comment.chars().count() > MAX_COMMENT_CHARACTERS) {
        let message = format!("has more than {MAX_COMMENT_CHARACTERS} characters");
        return Err(Failure::invalid(json!({ "comment": message })));
    }
    if comment.as_ref().is_some_and(|comment| comment.contains('\0')) {
        return Err(Failure::bad_request("a field holds a NUL character (%00)"));
    }
    Ok(Decision { verdict, by: BEARER.to_owned(), comment })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_a_decision_or_says_what_is_wrong() {
        let said = decision(b"comment=looks+good%21&decision=approve").unwrap();
        assert_eq!((said.verdict, said.comment.as_deref()), (Verdict::Approve, Some("looks good!")));
        assert_eq!(decision(b"decision=reject&comment=++").unwrap().comment, None);
        for (form, status) in [
            ("", 422),
            ("decision=maybe", 422),
            ("decision=approve&comment=%00", 400),
            (&format!("decision=approve&comment={}", "x".repeat(2_001)), 422),
        ] {
            assert_eq!(decision(form.as_bytes()).unwrap_err().status(), status, "{form:.40}");
        }
    }
}

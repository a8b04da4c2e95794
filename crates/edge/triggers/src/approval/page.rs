use std::sync::LazyLock;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use door::escape;
use engine::flow::run::Verdict;
use engine::journal::{Approval, ApprovalStatus};
use kit::Timestamp;
use sha2::{Digest, Sha256};

const STYLE: &str = include_str!("page.css");

/// Nothing but this page's own style, and a form that comes back here.
static POLICY: LazyLock<Option<HeaderValue>> = LazyLock::new(|| {
    let hash = STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    policy.parse().ok()
});

/// The page of a question as it stands; `news` says what has just happened.
pub(super) fn page(approval: &Approval, now: Timestamp, news: Option<&str>) -> Response {
    let news = news.map(|text| format!("<p class=said>{}</p>", escape(text))).unwrap_or_default();
    let html = format!(
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>Approval · {flow}</title>\
         <meta name=viewport content=\"width=device-width\"><meta name=robots content=noindex>\
         <style>{STYLE}</style></head><body><main><p>{flow} asks</p><h1>{message}</h1>{news}{rest}</main></body></html>",
        flow = escape(&approval.flow_name),
        message = escape(&approval.message),
        rest = match approval.status {
            ApprovalStatus::Pending => form(approval, now),
            ApprovalStatus::Decided => decided(approval),
            ApprovalStatus::Closed =>
                "<p>Nobody has to decide this any more: the run is over.</p>".to_owned(),
        },
    );
    let mut response = ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response();
    let headers = response.headers_mut();
    headers.extend(POLICY.clone().map(|policy| (header::CONTENT_SECURITY_POLICY, policy)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn form(approval: &Approval, now: Timestamp) -> String {
    let deadline = approval.deadline.map(|deadline| {
        let what = match approval.default {
            Verdict::Approve => "approved",
            Verdict::Reject => "rejected",
        };
        let passed = if deadline <= now { " That time has come." } else { "" };
        format!("<p>Without a decision it is {what} at {}.{passed}</p>", day_and_time(deadline))
    });
    format!(
        "{}<form method=post><label for=comment>Comment, if you like</label>\
         <textarea id=comment name=comment maxlength=2000></textarea><div class=choice>\
         <button name=decision value=approve>Approve</button><button name=decision value=reject>Reject</button>\
         </div></form>",
        deadline.unwrap_or_default()
    )
}

fn decided(approval: &Approval) -> String {
    let what = match approval.decision {
        Some(Verdict::Approve) => "Approved",
        _ => "Rejected",
    };
    let by = match approval.decided_by.as_deref() {
        Some("link") => "by this link".to_owned(),
        Some(by) => format!("by {}", escape(by)),
        None => "by the deadline".to_owned(),
    };
    let at = approval.decided_at.map(|at| format!(" at {}", day_and_time(at))).unwrap_or_default();
    let comment = approval.comment.as_deref().map(|text| format!("<p>“{}”</p>", escape(text)));
    format!("<p>{what} {by}{at}.</p>{}", comment.unwrap_or_default())
}

/// `2026-01-31 09:30 UTC`: a page without a script does not know where its reader is.
fn day_and_time(at: Timestamp) -> String {
    let text = at.to_string();
    let minute = text.get(..16).unwrap_or(&text).replace('T', " ");
    format!("{minute} UTC")
}

#[cfg(test)]
mod tests {
    use engine::flow::run::Seq;
    use kit::Id;

    use super::*;

    fn approval(status: ApprovalStatus) -> Approval {
        Approval {
            id: Id::from_u128(1),
            execution: Id::from_u128(2),
            wait: Seq(3),
            owner: Id::from_u128(4),
            flow: Id::from_u128(5),
            flow_name: "<b>refunds</b>".to_owned(),
            listener: "ask".to_owned(),
            message: "Refund <script>alert(1)</script> & \"more\"?".to_owned(),
            default: Verdict::Reject,
            asked_at: Timestamp::from_millis(0),
            deadline: Some(Timestamp::from_millis(60_000)),
            status,
            decision: None,
            decided_by: None,
            decided_at: None,
            comment: None,
        }
    }

    async fn shown(approval: &Approval) -> String {
        let response = page(approval, Timestamp::from_millis(0), None);
        let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-") && !policy.contains("script"));
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn what_a_flow_says_is_text_and_never_markup() {
        let mut approval = approval(ApprovalStatus::Pending);
        let html = shown(&approval).await;
        assert!(html.contains("Refund &lt;script&gt;") && !html.contains("<script"), "{html}");
        assert!(
            html.contains("&lt;b&gt;refunds")
                && html.contains("Without a decision it is rejected at 1970-01-01 00:01 UTC.")
        );
        approval.status = ApprovalStatus::Decided;
        approval.decision = Some(Verdict::Approve);
        approval.decided_by = Some("<i>ann</i>".to_owned());
        approval.comment = Some("<u>fine</u>".to_owned());
        let html = shown(&approval).await;
        assert!(
            html.contains("Approved by &lt;i&gt;ann")
                && html.contains("&lt;u&gt;fine")
                && !html.contains("<form")
        );
    }

    #[tokio::test]
    async fn what_is_over_asks_nobody() {
        let html = shown(&approval(ApprovalStatus::Closed)).await;
        assert!(html.contains("the run is over") && !html.contains("<form"));
    }
}

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kit::Entropy;

use crate::clerk::Clerk;
use crate::files;

/// Where the build left room for the nonce.
const NONCE_PLACE: &str = "__CSP_NONCE__";

/// What is served while nobody has built the interface.
const NOT_BUILT: &str = include_str!("not_built.html");

/// Where the page ends to say what it is.
const HEAD_END: &str = "</head>";

/// What pages are made with.
#[derive(Clone)]
pub(crate) struct Pages {
    pub(crate) entropy: Entropy,
    pub(crate) clerk: Option<Clerk>,
}

/// The one page of the interface, which draws every address itself.
pub(crate) async fn page(State(Pages { entropy, clerk }): State<Pages>) -> Response {
    let nonce = URL_SAFE_NO_PAD.encode(entropy.bytes::<16>());
    let built = files::find("index.html").and_then(|file| str::from_utf8(file.bytes).ok());
    let mut html = built.unwrap_or(NOT_BUILT).replace(NONCE_PLACE, &nonce);
    if let Some(clerk) = &clerk {
        html = html.replacen(HEAD_END, &format!("{}{HEAD_END}", clerk.meta()), 1);
    }
    let mut response = ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response();
    for (name, text) in headers(&nonce, clerk.as_ref()) {
        if let Ok(value) = HeaderValue::from_str(&text) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// Scripts, styles, fonts and requests are ours alone, but for Clerk's where people sign in with it; style elements of
/// libraries carry the nonce. `data:` is for the wavy lines that the text editor draws.
fn headers(nonce: &str, clerk: Option<&Clerk>) -> [(HeaderName, String); 2] {
    let ours = || {
        format!(
            "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; \
             font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
    };
    let policy = clerk.map_or_else(ours, |clerk| clerk.policy(nonce));
    let closed = "camera=(), microphone=(), geolocation=(), payment=(), usb=()".to_owned();
    [(header::CONTENT_SECURITY_POLICY, policy), (HeaderName::from_static("permissions-policy"), closed)]
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use tower::ServiceExt;

    use super::*;

    async fn ask(path: &str) -> Response {
        ask_with(path, None).await
    }

    async fn ask_with(path: &str, clerk: Option<Clerk>) -> Response {
        crate::router(Entropy::seeded(1), None, clerk)
            .oneshot(Request::get(path).body(Body::empty()).unwrap())
            .await
            .unwrap()
    }

    async fn text_of(response: Response) -> String {
        String::from_utf8(to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap()
    }

    #[tokio::test]
    async fn every_page_has_a_nonce_of_its_own_and_no_place_left_for_one() {
        let response = ask("/flows/any/executions").await;
        let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        let nonce =
            policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap().to_owned();
        assert_eq!(nonce.len(), 22);
        assert!(!policy.contains("unsafe"), "{policy}");
        let html = text_of(response).await;
        assert!(html.contains(&nonce) && !html.contains(NONCE_PLACE), "{html}");
    }

    #[tokio::test]
    async fn only_where_people_sign_in_with_clerk_its_host_is_let_in_and_nothing_unsafe() {
        let clerk = Clerk::parse("pk_test_Y2xlcmsuZXhhbXBsZS5jb20k").unwrap();
        for (clerk, is_let_in) in [(Some(clerk), true), (None, false)] {
            let response = ask_with("/settings", clerk).await;
            let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
            assert_eq!(
                policy.contains("script-src 'self' https://clerk.example.com "),
                is_let_in,
                "{policy}"
            );
            assert!(!policy.contains("unsafe"), "{policy}");
            assert_eq!(
                text_of(response).await.contains(r#"<meta name="clerk" content="pk_test_"#),
                is_let_in
            );
        }
    }

    #[tokio::test]
    async fn what_is_not_the_interfaces_is_not_found() {
        assert_eq!(ask("/usage").await.status(), 200);
        assert_eq!(ask("/api/v1/flows").await.status(), 404);
        assert_eq!(ask("/assets/../index.html").await.status(), 404);
        assert_eq!(ask("/assets/none.js").await.status(), 404);
    }

    #[test]
    fn the_page_without_an_interface_says_how_to_build_it() {
        assert!(NOT_BUILT.contains("make build"));
    }
}

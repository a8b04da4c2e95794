use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kit::Entropy;

use crate::files;

/// Where the build left room for the nonce.
const NONCE_PLACE: &str = "__CSP_NONCE__";

/// What is served while nobody has built the interface.
const NOT_BUILT: &str = include_str!("not_built.html");

/// The one page of the interface, which draws every address itself.
pub(crate) async fn page(State(entropy): State<Entropy>) -> Response {
    let nonce = URL_SAFE_NO_PAD.encode(entropy.bytes::<16>());
    let built = files::find("index.html").and_then(|file| str::from_utf8(file.bytes).ok());
    let html = built.unwrap_or(NOT_BUILT).replace(NONCE_PLACE, &nonce);
    let mut response = ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response();
    for (name, text) in headers(&nonce) {
        if let Ok(value) = HeaderValue::from_str(&text) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// Scripts, styles, fonts and requests are ours alone; style elements of libraries carry the nonce. `data:` is for the
/// wavy lines that the text editor draws.
fn headers(nonce: &str) -> [(HeaderName, String); 2] {
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
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
        crate::router(Entropy::seeded(1), None)
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

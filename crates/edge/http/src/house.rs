use axum::Router;
use axum::http::HeaderValue;
use kit::{Entropy, Kind};
use tower::ServiceBuilder;

use crate::entrance::Entrance;
use crate::extract::body::BodyLimits;
use crate::{Failure, cors};

/// What the edge as a whole is told by the configuration.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The origins whose pages may call, exactly as browsers write them (`https://app.example.com`).
    pub cors_origins: Vec<HeaderValue>,
    /// What is read of a body where a room sets no limits of its own.
    pub body: BodyLimits,
    /// Where request ids come from.
    pub entropy: Entropy,
}

/// Closes a router: unknown routes and methods answer like everything else, and every route stands behind the entrance.
///
/// Called once, on the merged routes of all rooms.
pub fn close(router: Router, settings: &Settings) -> Router {
    behind_the_entrance(router.fallback(|| async { Failure::not_found() }), settings)
}

/// Closes the few routes that are there while the server starts: on every other, callers are told to come again.
pub fn starting(router: Router, settings: &Settings) -> Router {
    let later = || async { Failure::of_kind(Kind::Unavailable, "not_ready", "the server is starting") };
    behind_the_entrance(router.fallback(later), settings)
}

fn behind_the_entrance(router: Router, settings: &Settings) -> Router {
    let entrance = Entrance { limits: settings.body, entropy: settings.entropy.clone() };
    let layers = ServiceBuilder::new().layer(entrance).layer(cors::layer(&settings.cors_origins));
    router.method_not_allowed_fallback(|| async { Failure::method_not_allowed() }).layer(layers)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{Method, Request, header};
    use axum::response::Response;
    use axum::routing::get;
    use serde_json::Value;
    use tower::ServiceExt;

    use super::*;

    async fn ask(request: Request<Body>) -> Response {
        let settings = Settings {
            cors_origins: vec![HeaderValue::from_static("https://app.example.com")],
            body: BodyLimits::default(),
            entropy: Entropy::seeded(1),
        };
        let router =
            Router::new().route("/fine", get(|| async { "fine" }).post(|| async { "posted" })).route(
                "/panics",
                get(|| async {
                    if true {
                        panic!("the secret is 7")
                    }
                }),
            );
        close(router, &settings).oneshot(request).await.unwrap()
    }

    async fn error_of(response: Response) -> Value {
        serde_json::from_slice(&axum::body::to_bytes(response.into_body(), 1_000).await.unwrap()).unwrap()
    }

    #[tokio::test]
    async fn unknown_routes_and_methods_answer_in_the_error_shape() {
        let unknown = ask(Request::get("/nothing").body(Body::empty()).unwrap()).await;
        assert_eq!(unknown.status(), 404);
        assert_eq!(error_of(unknown).await["code"], "not_found");
        for method in [Method::PUT, Method::DELETE, Method::OPTIONS, Method::from_bytes(b"BREW").unwrap()] {
            let wrong =
                ask(Request::builder().method(method).uri("/fine").body(Body::empty()).unwrap()).await;
            assert_eq!(wrong.status(), 405);
            assert_eq!(wrong.headers()[header::ALLOW], "GET,HEAD,POST");
            assert_eq!(error_of(wrong).await["code"], "method_not_allowed");
        }
    }

    #[tokio::test]
    async fn a_panic_is_an_answer_that_tells_nothing() {
        let response = ask(Request::get("/panics").body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), 500);
        let error = error_of(response).await;
        assert_eq!(error["code"], "internal_error");
        assert!(!error.to_string().contains("secret"), "{error}");
    }

    #[tokio::test]
    async fn every_answer_carries_an_id_and_the_protective_headers() {
        for path in ["/fine", "/nothing", "/panics"] {
            let request = Request::get(path).header("x-request-id", "mine").body(Body::empty()).unwrap();
            let response = ask(request).await;
            assert_eq!(response.headers()["x-request-id"], "mine", "{path}");
            assert_eq!(response.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
        }
    }

    #[tokio::test]
    async fn only_listed_origins_may_read_answers() {
        for (origin, allowed) in
            [("https://app.example.com", true), ("https://app.example.com.evil.io", false), ("null", false)]
        {
            for path in ["/fine", "/nothing", "/panics"] {
                let request = Request::get(path).header(header::ORIGIN, origin).body(Body::empty()).unwrap();
                let answer = ask(request).await;
                let named = answer.headers().get(header::ACCESS_CONTROL_ALLOW_ORIGIN).map(|it| it == origin);
                // A panic loses what inner layers would have added; its answer is for nobody in particular.
                let expected = (allowed && path != "/panics").then_some(true);
                assert_eq!(named, expected, "{origin} {path}");
            }
        }
    }

    #[tokio::test]
    async fn a_preflight_is_answered_before_the_route() {
        let request = Request::builder()
            .method(Method::OPTIONS)
            .uri("/fine")
            .header(header::ORIGIN, "https://app.example.com")
            .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
            .body(Body::empty());
        let response = ask(request.unwrap()).await;
        assert_eq!(response.status(), 200);
        let methods = response.headers()[header::ACCESS_CONTROL_ALLOW_METHODS].to_str().unwrap();
        assert!(methods.contains("PATCH"), "{methods}");
    }

    #[tokio::test]
    async fn pages_may_send_and_read_what_clients_of_models_need() {
        let named = |answer: &Response, list| answer.headers()[list].to_str().unwrap().replace(", ", ",");
        let names = |list: &str, name: &str| list.split(',').any(|listed| listed == name);
        let origin = (header::ORIGIN, "https://app.example.com");
        let preflight = Request::builder()
            .method(Method::OPTIONS)
            .uri("/fine")
            .header(origin.0.clone(), origin.1)
            .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST");
        let allowed = ask(preflight.body(Body::empty()).unwrap()).await;
        let allowed = named(&allowed, header::ACCESS_CONTROL_ALLOW_HEADERS);
        for name in [
            "x-api-key",
            "x-bloxserver-keys",
            "x-cache-ttl",
            "x-cache-similarity",
            "cache-control",
            "anthropic-version",
        ] {
            assert!(names(&allowed, name), "{name} is not among {allowed}");
        }
        let answer = ask(Request::get("/fine").header(origin.0, origin.1).body(Body::empty()).unwrap()).await;
        let exposed = named(&answer, header::ACCESS_CONTROL_EXPOSE_HEADERS);
        for name in ["retry-after", "x-request-id", "x-cache", "x-ratelimit-remaining-tokens", "x-provider"] {
            assert!(names(&exposed, name), "{name} is not among {exposed}");
        }
    }

    #[tokio::test]
    async fn options_that_are_no_preflight_are_a_method_like_any_other() {
        let origin = (header::ORIGIN, "https://app.example.com");
        let wanted = (header::ACCESS_CONTROL_REQUEST_METHOD, "POST");
        for headers in [vec![], vec![origin.clone()], vec![wanted.clone()]] {
            for (path, status) in [("/fine", 405), ("/nothing", 404)] {
                let mut request = Request::builder().method(Method::OPTIONS).uri(path);
                for (name, value) in &headers {
                    request = request.header(name, *value);
                }
                let response = ask(request.body(Body::empty()).unwrap()).await;
                assert_eq!(response.status(), status, "{path} {headers:?}");
                assert_eq!(response.headers().contains_key(header::ALLOW), status == 405, "{path}");
            }
        }
    }
}

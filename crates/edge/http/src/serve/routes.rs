use std::sync::{Arc, OnceLock};

use axum::Router;

/// The routes of a server that listens before they are there: a caller is then told to come again, not turned away.
#[derive(Debug, Clone)]
pub struct Routes {
    starting: Router,
    open: Arc<OnceLock<Router>>,
}

impl Routes {
    /// What is answered until [`Routes::open`]: made by [`crate::starting`].
    pub fn new(starting: Router) -> Self {
        Self { starting, open: Arc::default() }
    }

    /// From now on these answer; a second call changes nothing.
    pub fn open(&self, router: Router) {
        // Open already.
        let _ = self.open.set(router);
    }

    pub(super) fn current(&self) -> Router {
        self.open.get().unwrap_or(&self.starting).clone()
    }
}

impl From<Router> for Routes {
    /// Routes that are open from the beginning.
    fn from(router: Router) -> Self {
        Self::new(router)
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{Request, StatusCode};
    use axum::routing::{get, post};
    use tower::ServiceExt;

    use super::*;
    use crate::Settings;

    #[tokio::test]
    async fn until_the_routes_are_open_everybody_is_told_to_come_again() {
        let settings = Settings {
            cors_origins: Vec::new(),
            body: crate::body::BodyLimits::default(),
            entropy: kit::Sources::system().entropy,
        };
        let alive = Router::new().route("/health/live", get(|| async {}));
        let routes = Routes::new(crate::starting(alive, &settings));
        let ask = |path: &str| {
            let request = Request::post(path).body(Body::empty()).unwrap();
            routes.current().oneshot(request)
        };
        let early = ask("/webhooks/x").await.unwrap();
        assert_eq!(early.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(early.headers()["retry-after"], "1");
        routes.open(crate::close(Router::new().route("/webhooks/x", post(|| async {})), &settings));
        assert_eq!(ask("/webhooks/x").await.unwrap().status(), StatusCode::OK);
        assert_eq!(ask("/webhooks/y").await.unwrap().status(), StatusCode::NOT_FOUND);
    }
}

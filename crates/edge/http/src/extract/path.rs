use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::Failure;

/// Parts of the path; what cannot be one (an id that is no UUID) is not found, like an object that is not there.
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

impl<T, S> FromRequestParts<S> for Path<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        if parts.uri.path().contains("%00") {
            return Err(Failure::bad_request("the path holds a NUL character (%00)"));
        }
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(_) => Err(Failure::not_found()),
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use axum::routing::get;
    use kit::ids::FlowId;
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn an_id_that_is_none_is_not_found() {
        let router = axum::Router::new()
            .route("/flows/{id}", get(|Path(id): Path<FlowId>| async move { id.to_string() }));
        for (id, status) in [
            ("01890a5d-ac96-774b-bcce-b302099a8057", 200),
            ("7", 404),
            ("01890A5D-AC96-774B-BCCE-B302099A805", 404),
            ("..%2f..%2fetc", 404),
            ("%ff", 404),
            ("a%00b", 400),
        ] {
            let request = Request::get(format!("/flows/{id}")).body(Body::empty()).unwrap();
            assert_eq!(router.clone().oneshot(request).await.unwrap().status(), status, "{id}");
        }
    }
}

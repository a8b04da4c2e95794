//! One request on its way through redirects: no I/O here.

use bytes::Bytes;
use reqwest::header::HeaderMap;
use url::{Origin, Url};

use crate::{Error, Method, Request, headers};

/// What is sent next.
pub(crate) struct Hop {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Bytes>,
}

impl Hop {
    /// The first hop: the caller's request, checked.
    pub(crate) fn first(request: &Request) -> Result<Self, Error> {
        let url = Url::parse(&request.url).map_err(|_| Error::Url { reason: "cannot be read" })?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::Url {
                reason: "holds a user or password: send them in an Authorization header",
            });
        }
        let headers = headers::read(&request.headers)?;
        Ok(Self { method: request.method, url: asked(url)?, headers, body: request.body.clone() })
    }

    /// The host, as errors show it.
    pub(crate) fn host(&self) -> String {
        self.url.host_str().unwrap_or_default().to_owned()
    }

    /// The hop that a redirect asks for.
    ///
    /// The method changes as the Fetch standard has it (section "HTTP-redirect fetch"): 303 to `GET` unless it was
    /// `HEAD`, 301 and 302 turn `POST` into `GET`, 307 and 308 keep everything.
    pub(crate) fn redirected(mut self, status: u16, location: &str) -> Result<Self, Error> {
        let odd = |reason| Error::Redirect { host: self.host(), reason };
        let url = self.url.join(location).map_err(|_| odd("lead to a URL that cannot be read"))?;
        let mut url = asked(url).map_err(|_| odd("lead to something other than http:// or https://"))?;
        // A user and password in a redirect are the server's idea, not the caller's.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        if becomes_get(status, self.method) {
            self.method = Method::Get;
            self.body = None;
            headers::forget_body(&mut self.headers);
        }
        if origin(&url) != origin(&self.url) {
            headers::keep_harmless(&mut self.headers);
        }
        self.url = url;
        Ok(self)
    }
}

/// Whether the status asks the client to go elsewhere.
pub(crate) fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

fn asked(url: Url) -> Result<Url, Error> {
    match url.scheme() {
        "http" | "https" if url.host_str().is_some_and(|host| !host.is_empty()) => Ok(url),
        "http" | "https" => Err(Error::Url { reason: "has no host" }),
        _ => Err(Error::Url { reason: "is neither http nor https" }),
    }
}

fn becomes_get(status: u16, method: Method) -> bool {
    match status {
        303 => !matches!(method, Method::Get | Method::Head),
        301 | 302 => method == Method::Post,
        _ => false,
    }
}

/// Scheme, host and port.
fn origin(url: &Url) -> Origin {
    url.origin()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(url: &str) -> Hop {
        let request =
            Request::post(url, "body").header("Authorization", "secret").header("Content-Type", "text/plain");
        Hop::first(&request).unwrap()
    }

    fn has(hop: &Hop, name: &str) -> bool {
        hop.headers.contains_key(name)
    }

    #[test]
    fn only_absolute_http_urls_without_credentials_are_asked_for() {
        for url in [
            "ftp://a.b/",
            "file:///etc/passwd",
            "gopher://a",
            "/path",
            "",
            "http://",
            "data:,x",
            "http://u:p@a.b/",
        ] {
            assert!(matches!(Hop::first(&Request::get(url)), Err(Error::Url { .. })), "{url}");
        }
        assert!(Hop::first(&Request::get("HTTPS://A.b:8443/x")).is_ok());
    }

    #[test]
    fn a_303_becomes_a_get_without_the_body() {
        let hop = post("https://a.example/x").redirected(303, "/y").unwrap();
        assert_eq!((hop.method, hop.url.as_str()), (Method::Get, "https://a.example/y"));
        assert!(hop.body.is_none() && !has(&hop, "content-type"));
        assert!(has(&hop, "authorization"), "the same origin keeps its credential");
    }

    #[test]
    fn a_307_keeps_method_and_body() {
        let hop = post("https://a.example/x").redirected(307, "y").unwrap();
        assert!(hop.method == Method::Post && hop.body.is_some() && has(&hop, "content-type"));
    }

    #[test]
    fn a_302_turns_only_a_post_into_a_get() {
        assert_eq!(post("https://a.example/").redirected(302, "/y").unwrap().method, Method::Get);
        let put = Hop::first(&Request::new(Method::Put, "https://a.example/")).unwrap();
        assert_eq!(put.redirected(302, "/y").unwrap().method, Method::Put);
    }

    #[test]
    fn a_credential_stays_with_scheme_host_and_port_and_does_not_come_back() {
        for elsewhere in
            ["http://a.example/", "https://b.example/", "https://a.example:8443/", "//b.example/x"]
        {
            let hop = post("https://a.example/").redirected(307, elsewhere).unwrap();
            assert!(!has(&hop, "authorization"), "{elsewhere}");
            assert!(!has(&hop.redirected(307, "https://a.example/").unwrap(), "authorization"));
        }
    }

    #[test]
    fn a_redirect_out_of_http_is_an_error() {
        for location in ["file:///etc/passwd", "javascript:alert(1)", "http://[::bad", "ftp://a.b/"] {
            let error = post("https://a.example/").redirected(302, location);
            assert!(matches!(error, Err(Error::Redirect { .. })), "{location}");
        }
    }

    #[test]
    fn a_redirect_brings_no_user_and_password() {
        let hop = post("https://a.example/").redirected(302, "https://user:word@b.example/").unwrap();
        assert_eq!(hop.url.as_str(), "https://b.example/");
    }
}

#![doc = include_str!("../README.md")]

mod asset;
mod clerk;
mod files;
mod page;
mod start;

use axum::Router;
use axum::routing::get;
use kit::Entropy;

pub use clerk::Clerk;

/// The addresses that the interface draws itself; everything else stays the API's.
const PAGES: [&str; 9] = [
    "/about",
    "/flows/{*rest}",
    "/executions",
    "/approvals",
    "/alerts",
    "/usage",
    "/server",
    "/settings",
    "/settings/{*rest}",
];

/// Where everybody begins: a page for browsers, JSON for programs.
const START: &str = "/";

/// The files outside the folder of hashed ones.
const PLAIN_FILES: [&str; 2] = ["/theme.js", "/favicon.svg"];

/// The folder of files whose names say their content.
const HASHED_FILES: &str = "/assets/{name}";

/// Every address of the interface; people open them, no generated client does.
pub fn addresses() -> impl Iterator<Item = &'static str> {
    PAGES.into_iter().chain([START]).chain(PLAIN_FILES).chain([HASHED_FILES])
}

/// The routes of the interface: its pages, and the files they need.
///
/// `/` tells programs who answers, and where `docs` are. With `clerk` people sign in there.
pub fn router(entropy: Entropy, docs: Option<&'static str>, clerk: Option<Clerk>) -> Router {
    let mut router = Router::new().route(HASHED_FILES, get(asset::hashed));
    for path in PLAIN_FILES {
        router = router.route(path, get(asset::plain));
    }
    for path in PAGES {
        router = router.route(path, get(page::page));
    }
    router
        .route(START, get(move |headers, state| start::start(headers, state, docs)))
        .with_state(page::Pages { entropy, clerk })
}

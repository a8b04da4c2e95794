use door::{Faults, Validate};
use engine::journal::{Page, Paged};
use serde::{Deserialize, Serialize};

/// The largest page.
const MAX_SIZE: u32 = 200;

/// `page` and `pageSize` of a query.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PageQuery {
    page: Option<u32>,
    #[serde(rename = "pageSize", alias = "page_size")]
    page_size: Option<u32>,
    #[serde(alias = "status_filter", rename = "statusFilter")]
    pub(crate) status_filter: Option<String>,
}

/// A part of a list as JSON.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PageBody<T> {
    items: Vec<T>,
    total: u64,
    page: u32,
    page_size: u32,
    has_more: bool,
}

impl PageQuery {
    pub(crate) fn page(&self, default_size: u32) -> Page {
        Page { number: self.page.unwrap_or(1), size: self.page_size.unwrap_or(default_size) }
    }
}

impl Validate for PageQuery {
    fn validate(&self, faults: &mut Faults) {
        if self.page == Some(0) {
            faults.add("page", "is 0; pages are counted from 1");
        }
        if self.page_size.is_some_and(|size| !(1..=MAX_SIZE).contains(&size)) {
            faults.add("pageSize", format!("is not from 1 to {MAX_SIZE}"));
        }
    }
}

impl<T> PageBody<T> {
    pub(crate) fn new<U>(paged: Paged<U>, page: Page, shape: impl Fn(U) -> T) -> Self {
        let items: Vec<T> = paged.items.into_iter().map(shape).collect();
        let shown = u64::try_from(page.offset()).unwrap_or(0) + items.len() as u64;
        Self {
            items,
            total: paged.total,
            page: page.number,
            page_size: page.size,
            has_more: shown < paged.total,
        }
    }
}

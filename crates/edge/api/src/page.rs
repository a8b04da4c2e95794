use std::borrow::Cow;

use door::Faults;
use engine::journal::{Page, Paged};
use serde::Serialize;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

/// The largest page.
const MAX_SIZE: u32 = 200;

/// A part of a list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PageBody<T> {
    items: Vec<T>,
    total: u64,
    page: u32,
    page_size: u32,
    has_more: bool,
}

/// The page that a query asks for.
pub(crate) fn page(number: Option<u32>, size: Option<u32>, default_size: u32) -> Page {
    Page { number: number.unwrap_or(1), size: size.unwrap_or(default_size) }
}

/// Refuses pages that there cannot be.
pub(crate) fn check_page(number: Option<u32>, size: Option<u32>, faults: &mut Faults) {
    if number == Some(0) {
        faults.add("page", "is 0; pages are counted from 1");
    }
    if size.is_some_and(|size| !(1..=MAX_SIZE).contains(&size)) {
        faults.add("pageSize", format!("is not from 1 to {MAX_SIZE}"));
    }
}

/// By hand, because the derived schema of a generic type repeats the item's instead of naming it.
impl<T: ToSchema> PartialSchema for PageBody<T> {
    fn schema() -> RefOr<Schema> {
        let items = ArrayBuilder::new().items(Ref::from_schema_name(T::name()));
        let mut page = ObjectBuilder::new().description(Some("A part of a list."));
        let fields: [(&str, RefOr<Schema>); 5] = [
            ("items", items.into()),
            ("total", u64::schema()),
            ("page", u32::schema()),
            ("pageSize", u32::schema()),
            ("hasMore", bool::schema()),
        ];
        for (name, schema) in fields {
            page = page.property(name, schema).required(name);
        }
        page.into()
    }
}

impl<T: ToSchema> ToSchema for PageBody<T> {
    fn name() -> Cow<'static, str> {
        format!("{}Page", T::name()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(schemas);
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

//! The document as a page: rendered here once, so that it is read without a script and without anybody else's server.

mod curl;
mod example;
mod html;
mod operation;
mod schema;

use std::fmt::Write as _;

use serde_json::Value;
use utoipa::openapi::OpenApi;

use door::escape;
use html::prose;
use operation::Operation;

/// The whole page.
pub(super) fn render(document: &OpenApi) -> serde_json::Result<String> {
    let document = serde_json::to_value(document)?;
    let groups = groups(&document);
    let mut page = String::with_capacity(500_000);
    head(&mut page, &document["info"]);
    navigation(&mut page, &document["info"], &groups);
    page.push_str("<main>");
    introduction(&mut page, &document);
    for (tag, operations) in &groups {
        let (name, text) = (word(&tag["name"]), word(&tag["description"]));
        // Writing into a String cannot fail, here and below.
        let _ =
            write!(page, "<section><h2 id=\"{}\">{}</h2><p>{}</p>", slug(name), escape(name), prose(text));
        for operation in operations {
            operation.render(&mut page, &document);
        }
        page.push_str("</section>");
    }
    schema::render_all(&mut page, &document);
    page.push_str("</main><script src=\"/docs/script.js\"></script></body></html>");
    Ok(page)
}

/// The operations by tag, in the order of the document.
fn groups(document: &Value) -> Vec<(&Value, Vec<Operation<'_>>)> {
    let tags = document["tags"].as_array().into_iter().flatten();
    let of = |tag: &Value| {
        let all = document["paths"].as_object().into_iter().flatten().flat_map(|(path, item)| {
            let methods = item.as_object().into_iter().flatten();
            methods.map(move |(method, value)| Operation { method, path, value })
        });
        all.filter(|operation| operation.value["tags"][0] == tag["name"]).collect()
    };
    tags.map(|tag| (tag, of(tag))).collect()
}

fn head(page: &mut String, info: &Value) {
    let _ = write!(
        page,
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"dark light\"><title>{}</title>\
         <link rel=\"stylesheet\" href=\"/docs/style.css\"></head><body>",
        escape(word(&info["title"]))
    );
}

fn navigation(page: &mut String, info: &Value, groups: &[(&Value, Vec<Operation<'_>>)]) {
    let _ = write!(
        page,
        "<nav aria-label=\"Operations\"><a class=\"name\" href=\"#top\">{}</a> <span class=\"quiet\">{}</span>\
         <input type=\"search\" id=\"search\" placeholder=\"Search\" aria-label=\"Search operations\" hidden>",
        escape(word(&info["title"])),
        escape(word(&info["version"]))
    );
    for (tag, operations) in groups {
        let name = word(&tag["name"]);
        let _ = write!(page, "<h3><a href=\"#{}\">{}</a></h3><ul>", slug(name), escape(name));
        for operation in operations {
            operation.render_link(page);
        }
        page.push_str("</ul>");
    }
    page.push_str("<h3><a href=\"#schemas\">Schemas</a></h3></nav>");
}

fn introduction(page: &mut String, document: &Value) {
    let info = &document["info"];
    let _ = write!(
        page,
        "<header id=\"top\"><h1>{}</h1>{}<p>Sign in with <code>Authorization: Bearer &lt;token&gt;</code>; \
         <code>bloxserver token create --email you@example.com</code> makes the first token. In development on this \
         machine none is needed. The same in one file, for generators: <a href=\"/openapi.json\">openapi.json</a>.</p>\
         </header>",
        escape(word(&info["title"])),
        html::paragraphs(word(&info["description"]))
    );
}

/// A text of the document; empty when there is none.
fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// What a `$ref` leads to, or the value itself.
fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#')) {
        Some(pointer) => document.pointer(pointer).unwrap_or(value),
        None => value,
    }
}

fn slug(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}

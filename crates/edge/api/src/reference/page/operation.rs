use std::fmt::Write as _;

use serde_json::Value;

use super::html::{paragraphs, prose};
use super::{curl, example, resolve, schema, word};
use door::escape;

/// One method of one path.
pub(super) struct Operation<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) value: &'a Value,
}

impl Operation<'_> {
    /// Its line in the navigation.
    pub(super) fn render_link(&self, page: &mut String) {
        let (id, method) = (word(&self.value["operationId"]), self.method);
        let _ = write!(
            page,
            "<li><a href=\"#{id}\" data-search=\"{} {} {}\"><span class=\"method {method}\">{method}</span>{}</a></li>",
            escape(&id.to_lowercase()),
            escape(self.path),
            escape(&word(&self.value["summary"]).to_lowercase()),
            escape(&words(id)),
        );
    }

    /// Everything about it.
    pub(super) fn render(&self, page: &mut String, document: &Value) {
        let (id, method, path) = (word(&self.value["operationId"]), self.method, path(self.path));
        let _ = write!(
            page,
            "<article id=\"{id}\"><h3><a class=\"anchor\" href=\"#{id}\">{}</a></h3>\
             <div class=\"address\"><span class=\"method {method}\">{method}</span><code>{path}</code>{}</div>\
             <p>{}</p>{}",
            escape(&words(id)),
            self.scope(),
            prose(word(&self.value["summary"])),
            paragraphs(word(&self.value["description"])),
        );
        self.render_parameters(page, document);
        self.render_body(page, document);
        self.render_responses(page, document);
        let _ =
            write!(page, "<h4>Try it</h4><pre class=\"curl\">{}</pre>", escape(&curl::line(self, document)));
        page.push_str("</article>");
    }

    fn scope(&self) -> String {
        match self.value["security"][0]["bearer"][0].as_str() {
            Some(scope) => format!("<span class=\"scope\">scope {}</span>", escape(scope)),
            None => "<span class=\"scope\">no sign-in</span>".to_owned(),
        }
    }

    fn render_parameters(&self, page: &mut String, document: &Value) {
        let Some(parameters) = self.value["parameters"].as_array() else { return };
        page.push_str("<h4>Parameters</h4><table><tbody>");
        for parameter in parameters {
            let place = word(&parameter["in"]);
            let _ = write!(
                page,
                "<tr><td><code>{}</code>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                escape(word(&parameter["name"])),
                schema::mark(parameter["required"] == true),
                escape(place),
                schema::type_of(document, &parameter["schema"]),
                schema::remarks(&parameter["schema"], word(&parameter["description"])),
            );
        }
        page.push_str("</tbody></table>");
    }

    fn render_body(&self, page: &mut String, document: &Value) {
        let Some(content) = self.value["requestBody"]["content"].as_object() else { return };
        page.push_str("<h4>Body</h4>");
        page.push_str(&paragraphs(word(&self.value["requestBody"]["description"])));
        for (kind, media) in content {
            let _ = write!(
                page,
                "<p><code>{}</code> {}</p>",
                escape(kind),
                schema::type_of(document, &media["schema"])
            );
        }
        if let Some(media) = content.get("application/json") {
            schema::render_fields(page, document, not_null(&media["schema"]));
        }
    }

    fn render_responses(&self, page: &mut String, document: &Value) {
        let Some(responses) = self.value["responses"].as_object() else { return };
        page.push_str("<h4>Answers</h4><table><tbody>");
        for (status, response) in responses {
            let response = resolve(document, response);
            let body = response["content"]["application/json"].get("schema");
            let body = body.map(|body| schema::type_of(document, body)).unwrap_or_default();
            let class = if status.starts_with('2') { "good" } else { "bad" };
            let _ = write!(
                page,
                "<tr><td class=\"status {class}\">{}</td><td>{}</td><td>{}</td></tr>",
                escape(status),
                prose(word(&response["description"])),
                if class == "good" { body } else { String::new() },
            );
        }
        page.push_str("</tbody></table>");
        let good = responses.iter().find(|(status, _)| status.starts_with('2'));
        let shown = good.and_then(|(_, response)| response["content"]["application/json"].get("schema"));
        if let Some(example) =
            shown.map(|shown| example::of(document, shown)).filter(|example| !example.is_null())
        {
            let text = serde_json::to_string_pretty(&example).unwrap_or_default();
            let _ = write!(page, "<details><summary>Example</summary><pre>{}</pre></details>", escape(&text));
        }
    }
}

/// The schema beside `null` where a body may be left out.
pub(super) fn not_null(schema: &Value) -> &Value {
    match schema["oneOf"].as_array() {
        Some(choices) => choices.iter().find(|choice| choice["type"] != "null").unwrap_or(schema),
        None => schema,
    }
}

/// `listFlows` as "List flows".
fn words(id: &str) -> String {
    let mut text = String::with_capacity(id.len() + 4);
    for (index, letter) in id.chars().enumerate() {
        match (index, letter.is_uppercase()) {
            (0, _) => text.extend(letter.to_uppercase()),
            (_, true) => {
                text.push(' ');
                text.extend(letter.to_lowercase());
            }
            _ => text.push(letter),
        }
    }
    text
}

/// The path with its variable parts marked.
fn path(path: &str) -> String {
    escape(path).replace('{', "<var>{").replace('}', "}</var>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operations_name_reads_as_words() {
        assert_eq!(words("regenerateWebhookToken"), "Regenerate webhook token");
        assert_eq!(path("/flows/{flowId}"), "/flows/<var>{flowId}</var>");
    }
}

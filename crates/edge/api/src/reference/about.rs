use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{InfoBuilder, OpenApi, ServerBuilder};

use super::BEARER;

const DESCRIPTION: &str = "\
Flows are graphs of listeners, written as text, whose every step is on disk before it is acknowledged.

JSON goes out in camelCase; bodies and queries are taken in camelCase and snake_case. Unknown fields are refused by \
name. Ids are UUIDs, times RFC 3339 in UTC. Every error, whatever its kind, is an `ApiError`; what is not yours \
answers like what does not exist: 404. Every answer carries `x-request-id`, under which the log has it.";

const TAGS: [(&str, &str); 11] = [
    ("Flows", "What is saved, started and stopped."),
    ("Triggers", "What starts executions of a flow."),
    ("Executions", "What one firing of a trigger causes, step by step."),
    ("Approvals", "What executions ask persons, and what they said."),
    ("Webhooks", "Where outside events come in; the token in the address is the key."),
    ("Secrets and variables", "Values that flows may use: an owner's, and a flow's own, which hide them."),
    ("Account", "The user, the month's usage, personal tokens, keys for model providers."),
    ("Catalogue", "What listeners can be, and what the text of a flow may say."),
    (
        "Models",
        "What calls of models cost, and how their providers are. `/v1` speaks to OpenAI's and Anthropic's clients.",
    ),
    ("Operating", "The nodes that share the work, what the watchdog found, and who changed what."),
    ("Health", "For load balancers and orchestrators."),
];

/// Title, version, tags, and how to sign in.
pub(super) fn write(document: &mut OpenApi) {
    document.info = InfoBuilder::new()
        .title("BloxServer API")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(DESCRIPTION))
        .build();
    document.servers = Some(vec![ServerBuilder::new().url("/").description(Some("This server")).build()]);
    let tag = |(name, text): (&str, &str)| TagBuilder::new().name(name).description(Some(text)).build();
    document.tags = Some(TAGS.map(tag).to_vec());
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("A personal token (`blx_…`) or a session token of the identity provider."))
        .build();
    let components = document.components.get_or_insert_default();
    components.add_security_scheme(BEARER, SecurityScheme::Http(bearer));
}

//! What is not yours does not exist, and without credentials there is nothing at all.

use kit::Id;
use serde_json::Value;

use super::house::{Ann, CANARY, House};
use super::operations::{self, Operation};

/// The addresses that ask nobody who is there.
const PUBLIC: [&str; 10] = [
    "GET /health",
    "GET /health/live",
    "GET /health/ready",
    "GET /schema/organism.json",
    "POST /webhooks/clerk",
    "POST /webhooks/{token}",
    "GET /webhooks/{token}/test",
    "GET /webhooks/approve/{ticket}",
    "POST /webhooks/approve/{ticket}",
    "GET /",
];

/// Everything that Ann can read, but for the moments at which something was last used.
pub(super) async fn everything(house: &House, operations: &[Operation], ann: &Ann) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    for operation in operations.iter().filter(|operation| operation.is_signed && operation.method == "GET") {
        let path = operation.path_to(ann);
        let mut reply = house.ask(&ann.token, "GET", &path, &Value::Null).await;
        assert_eq!(reply.status, 200, "{path} {reply:?}");
        reply.headers.remove("x-request-id");
        let mut body = reply.json();
        forget_moments(&mut body);
        all.push((path, body));
    }
    all
}

fn forget_moments(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(forget_moments),
        Value::Object(fields) => {
            // When something was last used or heard of, and up to when something was counted.
            fields
                .retain(|name, _| !["lastUsedAt", "lastHeartbeatAt", "from", "to"].contains(&name.as_str()));
            fields.values_mut().for_each(forget_moments);
        }
        _ => {}
    }
}

db::testing::both_databases! {
    async fn another_persons_objects_answer_like_what_was_never_made(db: Db) {
        let house = House::on(&db, &[]).await;
        let operations = operations::all(&house).await;
        let ann = house.ann().await;
        let before = everything(&house, &operations, &ann).await;
        let nowhere = house.ask("", "GET", "/nowhere", &Value::Null).await;
        for (number, operation) in operations.iter().filter(|operation| operation.is_signed).enumerate() {
            // Somebody new each time, who has nothing of that name.
            let bob = house.token(&format!("bob{number}@example.com")).await;
            let never = operation.path_with(|name| match name.ends_with("Id") {
                true => Id::<()>::from_u128(7).to_string(),
                false if name == "number" => "1".to_owned(),
                false => "NOTHING".to_owned(),
            });
            let foreign = house.ask(&bob, &operation.method, &operation.path_to(&ann), &operation.body()).await;
            let case = format!("{} {} {foreign:?}", operation.method, operation.path);
            let is_own_name = operation.method == "PUT" && !operation.names_an_id();
            if !operation.parameters().is_empty() && !is_own_name {
                let missing = house.ask(&bob, &operation.method, &never, &operation.body()).await;
                assert_eq!((foreign.status, &foreign.text), (404, &nowhere.text), "{case}");
                assert_eq!((missing.status, &missing.text), (404, &nowhere.text), "{never} {missing:?}");
            }
            assert!(foreign.status < 500 && !foreign.text.contains(CANARY), "{case}");
            for id in [&ann.flow, &ann.trigger, &ann.execution, &ann.token_id, &ann.webhook, &ann.approval, &ann.ticket] {
                assert!(!foreign.text.contains(id.as_str()), "{case}");
            }
        }
        assert_eq!(everything(&house, &operations, &ann).await, before);
    }

    async fn no_method_is_open_that_is_not_described(db: Db) {
        let house = House::on(&db, &[]).await;
        let operations = operations::all(&house).await;
        let ann = house.ann().await;
        let before = everything(&house, &operations, &ann).await;
        for operation in &operations {
            let described = |method: &str| operations.iter().any(|one| one.path == operation.path && one.method == method);
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"] {
                if described(method) {
                    continue;
                }
                for token in ["", &ann.token] {
                    let reply = house.ask(token, method, &operation.path_to(&ann), &Value::Null).await;
                    let case = format!("{method} {} {reply:?}", operation.path);
                    assert!(reply.status == 405 && reply.is_refusal(), "{case}");
                    assert!(reply.headers["allow"].to_str().unwrap().contains(operation.method.as_str()), "{case}");
                }
            }
        }
        assert_eq!(everything(&house, &operations, &ann).await, before);
    }

    async fn without_credentials_only_the_public_addresses_answer(db: Db) {
        let house = House::on(&db, &[]).await;
        let operations = operations::all(&house).await;
        let ann = house.ann().await;
        for operation in &operations {
            let name = format!("{} {}", operation.method, operation.path);
            assert_eq!(operation.is_signed, !PUBLIC.contains(&name.as_str()), "{name}: say whether it is public");
            let path = operation.path_to(&ann);
            for token in ["", "blx_wrong", "a.b.c"] {
                let reply = house.ask(token, &operation.method, &path, &operation.body()).await;
                assert_eq!(reply.status == 401, operation.is_signed, "{name} {reply:?}");
                if operation.is_signed {
                    assert_eq!((reply.code().as_str(), &reply.headers["www-authenticate"]), ("unauthenticated", &"Bearer".parse().unwrap()));
                }
            }
        }
    }
}

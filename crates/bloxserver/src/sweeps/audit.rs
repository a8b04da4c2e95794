//! Every operation that changes something is recorded once, and nothing that was sent stands in the record.

use serde_json::{Value, json};

use super::house::{Ann, CANARY, House, YAML};
use super::operations::{self, Operation};

/// A flow that waits for an hour.
const WAITING: &str = "\
organism: {name: waiting}
listeners:
  - {name: wait, description: d, handler: delay, config: {for: 1h}}
";

/// Brings Ann's things into the state in which the operation succeeds.
async fn prepare(house: &House, operation: &Operation, mut ann: Ann) -> Ann {
    let post = async |path: String, body: Value| {
        let reply = house.ask(&ann.token, "POST", &path, &body).await;
        assert!(reply.status < 300, "{path} {reply:?}");
        reply.json()
    };
    match operation.id.as_str() {
        "updateFlow" | "deleteFlow" | "startFlow" | "restoreFlowVersion" => {
            post(format!("/api/v1/flows/{}/stop", ann.flow), Value::Null).await;
            house.until_stopped(&ann).await;
        }
        "cancelExecution" => {
            let flow = post("/api/v1/flows".to_owned(), json!({"name": "w", "organismYaml": WAITING})).await;
            let flow = flow["id"].as_str().unwrap().to_owned();
            post(format!("/api/v1/flows/{flow}/start"), Value::Null).await;
            let run = post(format!("/api/v1/flows/{flow}/executions/run"), json!({})).await;
            (ann.flow, ann.execution) = (flow, run["id"].as_str().unwrap().to_owned());
        }
        _ => {}
    }
    ann
}

async fn entries(house: &House, watcher: &str) -> (u64, Value) {
    let page = house.ask(watcher, "GET", "/api/v1/audit?pageSize=1", &Value::Null).await.json();
    (page["total"].as_u64().unwrap(), page["items"][0].clone())
}

db::testing::both_databases! {
    async fn every_operation_that_changes_something_writes_one_entry(db: Db) {
        let house = House::on(&db, &[]).await;
        let operations = operations::all(&house).await;
        let (changing, reading): (Vec<_>, Vec<_>) =
            operations.iter().filter(|operation| operation.is_signed).partition(|operation| !operation.reads);
        // A token that no operation revokes.
        let watcher = house.token("ann@example.com").await;
        assert!(changing.len() > 20, "{}", changing.len());
        for operation in changing {
            let ann = prepare(&house, operation, house.ann().await).await;
            let (before, _) = entries(&house, &watcher).await;
            let (path, body) = (operation.path_to(&ann), operation.body());
            let reply = house.ask(&ann.token, &operation.method, &path, &body).await;
            let case = format!("{} {path} {reply:?}", operation.method);
            assert!(reply.status < 400, "{case}: say in `prepare` when it succeeds");
            let (after, entry) = entries(&house, &watcher).await;
            assert_eq!(after, before + 1, "{case}");
            assert_eq!((&entry["action"], &entry["path"]), (&json!(operation.id), &json!(path)), "{case}");
            let id = reply.headers["x-request-id"].to_str().unwrap();
            assert_eq!(entry["requestId"], id, "{case}");
            let made = reply.json()["id"].clone();
            assert!(reply.status != 201 || entry["objectId"] == made, "{case} {entry}");
            let sent = [CANARY, "sk-0123456789", YAML];
            assert!(sent.iter().all(|sent| !entry.to_string().contains(sent)), "{entry}");
        }
        let ann = house.ann().await;
        let (before, _) = entries(&house, &watcher).await;
        for operation in reading {
            house.ask(&ann.token, &operation.method, &operation.path_to(&ann), &operation.body()).await;
        }
        assert_eq!(entries(&house, &watcher).await.0, before);
    }
}

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use crate::testing::House;

fn post(path: &str, credential: (&str, &str), body: &Value) -> Request<Body> {
    Request::post(path)
        .header(credential.0, credential.1)
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap()
}

/// A question that every address understands.
fn hello(model: &str) -> Value {
    json!({"model": model, "max_tokens": 20, "messages": [{"role": "user", "content": "hello"}], "input": "hello"})
}

db::testing::both_databases! {
    async fn both_vendors_clients_are_served_with_their_own_headers(db: Db) {
        let house = House::on(db).await;
        let token = house.token_for("ann@example.com", "run").await;
        let bearer = format!("Bearer {token}");
        let openai = house.send(post("/v1/chat/completions", ("authorization", &bearer), &hello("echo"))).await;
        assert_eq!((openai.status, &openai.body["choices"][0]["message"]["content"]), (200, &json!("[simulated] hello")));
        assert_eq!(openai.headers["x-provider"], "echo");
        let response = house.send(post("/v1/responses", ("authorization", &bearer), &hello("echo"))).await;
        assert_eq!((response.status, &response.body["output"][0]["content"][0]["text"]), (200, &json!("[simulated] hello")));
        let anthropic = house.send(post("/v1/messages", ("x-api-key", &token), &hello("echo"))).await;
        assert_eq!((anthropic.status, &anthropic.body["content"][0]["text"]), (200, &json!("[simulated] hello")));
        let count = house.send(post("/v1/messages/count_tokens", ("x-api-key", &token), &hello("echo"))).await;
        assert!(count.body["input_tokens"].as_u64().unwrap() > 5, "{count:?}");
    }

    async fn a_stream_is_a_stream(db: Db) {
        let house = House::on(db).await;
        let token = house.token_for("ann@example.com", "run").await;
        let mut asked = hello("echo");
        asked["stream"] = true.into();
        let (status, headers, bytes) = house.bytes(post("/v1/messages", ("x-api-key", &token), &asked)).await;
        assert_eq!((status, headers["content-type"].to_str().unwrap()), (200, "text/event-stream; charset=utf-8"));
        assert!(String::from_utf8(bytes).unwrap().starts_with("event: message_start\n"));
    }

    async fn errors_are_in_the_words_of_who_asks(db: Db) {
        let house = House::on(db).await;
        let token = house.token_for("ann@example.com", "run").await;
        let reader = house.token_for("ann@example.com", "read").await;
        let bearer = |token: &str| format!("Bearer {token}");
        for (path, is_openai) in [("/v1/chat/completions", true), ("/v1/responses", true), ("/v1/messages", false)] {
            let ask = async |token: &str, body: Value| house.send(post(path, ("authorization", &bearer(token)), &body)).await;
            let mut broken = hello("echo");
            broken["messages"] = json!([]);
            broken["input"] = json!([]);
            for (answer, status, kind) in [
                (ask("blx_nobody", hello("echo")).await, 401, "authentication_error"),
                (ask(&reader, hello("echo")).await, 403, "permission_error"),
                (ask(&token, broken).await, 400, "invalid_request_error"),
                (ask(&token, hello("nobody-serves-it")).await, 404, if is_openai { "invalid_request_error" } else { "not_found_error" }),
                (ask(&token, hello("gpt-4o")).await, 400, "invalid_request_error"),
            ] {
                assert_eq!((answer.status, &answer.body["error"]["type"]), (status, &json!(kind)), "{path}: {answer:?}");
                assert_eq!(answer.body["type"] == "error", !is_openai, "{answer:?}");
                assert!(answer.body["error"]["message"].is_string());
            }
        }
        let plain = Request::post("/v1/messages").header("x-api-key", &token).body(Body::from("{}")).unwrap();
        assert_eq!(house.send(plain).await.status, 415);
    }

    async fn a_wrong_word_in_an_own_header_is_refused_with_those_that_are_right(db: Db) {
        let house = House::on(db).await;
        let token = house.token_for("ann@example.com", "run").await;
        for (path, is_openai) in [("/v1/chat/completions", true), ("/v1/responses", true), ("/v1/messages", false)] {
            for (header, wrong, allowed) in [
                ("x-bloxserver-keys", "mine", "`own`"),
                ("x-bloxserver-keys", "\u{e9}", "`own`"),
                ("x-cache-ttl", "an hour", "0 to 604800"),
                ("x-cache-ttl", "-1", "0 to 604800"),
                ("x-cache-ttl", "604801", "0 to 604800"),
                ("x-cache-similarity", "0.4", "0.5 to 1"),
                ("x-cache-similarity", "very", "0.5 to 1"),
            ] {
                let mut request = post(path, ("x-api-key", &token), &hello("echo"));
                let value = axum::http::HeaderValue::from_bytes(wrong.as_bytes()).unwrap();
                request.headers_mut().insert(header, value);
                let answer = house.send(request).await;
                assert_eq!((answer.status, answer.body["type"] == "error"), (400, !is_openai), "{header}: {wrong}");
                let error = &answer.body["error"];
                assert_eq!(error["type"], "invalid_request_error");
                let message = error["message"].as_str().unwrap();
                assert!(message.contains(header) && message.contains(allowed), "{message}");
            }
            let mut request = post(path, ("x-api-key", &token), &hello("echo"));
            request.headers_mut().append("x-cache-ttl", 60.into());
            request.headers_mut().append("x-bloxserver-keys", "Own".parse().unwrap());
            assert_eq!(house.send(request).await.status, 200);
        }
    }

    async fn what_is_too_large_is_refused_in_the_words_of_who_asks(db: Db) {
        let house = House::on(db).await;
        let token = house.token_for("ann@example.com", "run").await;
        let mut large = hello("echo");
        large["messages"][0]["content"] = "x".repeat(32 * 1024 * 1024).into();
        for (path, kind) in [
            ("/v1/chat/completions", "invalid_request_error"),
            ("/v1/embeddings", "invalid_request_error"),
            ("/v1/responses", "invalid_request_error"),
            ("/v1/messages", "request_too_large"),
            ("/v1/messages/count_tokens", "request_too_large"),
        ] {
            let answer = house.send(post(path, ("x-api-key", &token), &large)).await;
            assert_eq!((answer.status, &answer.body["error"]["type"]), (413, &json!(kind)), "{path}");
            assert_eq!(answer.body["type"] == "error", kind == "request_too_large", "{path}");
        }
    }

    async fn what_is_not_there_is_said_in_the_words_of_who_asks(db: Db) {
        let house = House::on(db).await;
        for (method, path, status, is_openai) in [
            ("GET", "/v1/responses/resp_1", 404, true),
            ("POST", "/v1/completions", 404, true),
            ("POST", "/v1/messages/batches", 404, false),
            ("GET", "/v1/chat/completions", 405, true),
            ("GET", "/v1/messages", 405, false),
        ] {
            let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
            let answer = house.send(request).await;
            assert_eq!(answer.status, status, "{path}");
            assert!(answer.body["error"]["message"].is_string(), "{answer:?}");
            assert_eq!(answer.body["type"] == "error", !is_openai, "{answer:?}");
            assert_eq!(answer.headers.contains_key("allow"), status == 405, "{path}: {answer:?}");
        }
    }

    async fn models_are_listed_in_both_shapes(db: Db) {
        let house = House::on(db).await;
        let token = house.token_for("ann@example.com", "read").await;
        let get = |path: &str, anthropic: bool| {
            let request = Request::get(path).header("x-api-key", &token);
            let request = if anthropic { request.header("anthropic-version", "2023-06-01") } else { request };
            house.send(request.body(Body::empty()).unwrap())
        };
        let listed = get("/v1/models", false).await;
        assert_eq!((listed.status, &listed.body["object"]), (200, &json!("list")));
        assert!(listed.body["data"].as_array().unwrap().iter().any(|model| model["id"] == "echo"));
        let listed = get("/v1/models", true).await;
        assert_eq!((&listed.body["has_more"], &listed.body["data"][0]["type"]), (&json!(false), &json!("model")));
        assert_eq!(get("/v1/models/gpt-4o", false).await.body["owned_by"], "openai");
        assert_eq!(get("/v1/models/nobody/has-it", false).await.status, 404);
        assert_eq!(get("/v1/models/nobody", true).await.body["error"]["type"], "not_found_error");
    }

    async fn usage_and_health_are_for_those_who_are_signed_in(db: Db) {
        let house = House::on(db).await;
        let token = house.token("ann@example.com").await;
        let refused = house.send(post("/v1/chat/completions", ("x-api-key", &token), &hello("gpt-4o"))).await;
        assert_eq!(refused.status, 400);
        house.state.gateway.flush().await;
        let usage = house.ask(&token, "GET /llm/usage", Value::Null).await;
        assert_eq!((usage.status, &usage.body["total"]["calls"], &usage.body["total"]["failed"]), (200, &json!(1), &json!(1)));
        let stranger = house.token("bob@example.com").await;
        assert_eq!(house.ask(&stranger, "GET /llm/usage?from=2023-11-01", Value::Null).await.body["items"], json!([]));
        assert_eq!(house.ask(&token, "GET /llm/usage?from=yesterday", Value::Null).await.code(), (422, "validation_error"));
        let health = house.ask(&token, "GET /llm/health", Value::Null).await;
        assert_eq!((health.status, &health.body["status"]), (200, &json!("healthy")));
        assert_eq!(house.ask("blx_nobody", "GET /llm/health", Value::Null).await.status, 401);
    }
}

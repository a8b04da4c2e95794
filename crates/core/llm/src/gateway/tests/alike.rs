//! Answers to questions that are nearly the same: to whom they are given, and to whom never.

use super::*;
use crate::double::{Step, stream_head};
use crate::{CacheOutcome, CacheWish, Dialect, Operation, RawRequest, Reply, ReplyBody, Threshold};

fn of(owner: u128) -> Caller {
    Caller {
        tier: "enterprise".into(),
        similarity: Threshold::new(0.9),
        ..Caller::of(OwnerId::from_u128(owner))
    }
}

fn question(text: &str) -> Value {
    json!({"model": "gpt-4o", "temperature": 0, "messages": [{"role": "user", "content": text}]})
}

async fn pass(gateway: &Gateway, caller: &Caller, body: &Value, wish: CacheWish) -> Reply {
    let raw = RawRequest::read(Dialect::OpenAi, Operation::Chat, body.to_string().into()).unwrap();
    gateway.pass(caller, raw, wish).await.unwrap()
}

async fn cache(gateway: &Gateway, caller: &Caller, body: &Value) -> &'static str {
    pass(gateway, caller, body, CacheWish::default()).await.cache.as_str()
}

async fn ready() -> (Double, Gateway) {
    let double = Double::scripted(|_, number| {
        vec![Step::Send(completion(&json!({ "content": format!("answer {number}") })))]
    })
    .await;
    let gateway = gateway(settings(&double), OperatorKeysOnly);
    assert_eq!(cache(&gateway, &of(1), &question("How do I reset my password?")).await, "miss");
    (double, gateway)
}

#[tokio::test]
async fn nearly_the_same_question_is_answered_from_memory_and_says_how_like_it_is() {
    let (double, gateway) = ready().await;
    let reply = pass(&gateway, &of(1), &question("how do i reset my PASSWORDS"), CacheWish::default()).await;
    let CacheOutcome::Similar(likeness) = reply.cache else { panic!("{:?}", reply.cache) };
    assert!((900..1_000).contains(&likeness.permille) && !likeness.is_embedded, "{likeness:?}");
    let ReplyBody::Whole(body) = reply.body else { panic!("it is a stream") };
    assert!(String::from_utf8_lossy(&body).contains("answer 0"));
    assert_eq!(double.seen().len(), 1);
    assert_eq!(cache(&gateway, &of(1), &question("How do I reset my password?")).await, "hit");
    assert_eq!(cache(&gateway, &of(1), &question("How do I leave?")).await, "miss");
}

#[tokio::test]
async fn nobody_gets_what_another_asked_and_nobody_who_did_not_wish_for_it() {
    let (_double, gateway) = ready().await;
    let near = question("how do I reset my password");
    assert_eq!(cache(&gateway, &of(2), &near).await, "miss");
    let exact_only = Caller { similarity: None, ..of(1) };
    assert_eq!(cache(&gateway, &exact_only, &near).await, "miss");
    let strict = Caller { similarity: Threshold::new(1.0), ..of(1) };
    assert_eq!(cache(&gateway, &strict, &question("how do i reset my passwords")).await, "miss");
    // What was asked without the wish is not given to one with it either.
    let other = question("where is the station");
    assert_eq!(cache(&gateway, &exact_only, &other).await, "miss");
    assert_eq!(cache(&gateway, &of(1), &question("Where is the station?")).await, "miss");
}

#[tokio::test]
async fn whoever_has_a_key_of_their_own_is_apart() {
    let double = Double::start(|_| completion(&json!({"content": "hi"}))).await;
    let settings = settings(&double);
    let keyless = gateway(settings.clone(), OperatorKeysOnly);
    let keyed = gateway(settings, OwnKey);
    for gateway in [&keyless, &keyed] {
        assert_eq!(cache(gateway, &of(1), &question("where is the station")).await, "miss");
        assert_eq!(cache(gateway, &of(1), &question("Where is the station?")).await, "similar");
    }
    assert!(double.seen()[1].contains("own-key"));
}

#[tokio::test]
async fn tools_warmth_other_settings_and_numbers_are_not_passed_over() {
    let (_double, gateway) = ready().await;
    let changed = |field: &str, value: Value| {
        let mut body = question("how do I reset my password");
        body[field] = value;
        body
    };
    let tool = json!([{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}]);
    for body in [
        changed("tools", tool),
        changed("temperature", json!(0.2)),
        changed("model", json!("gpt-4o-mini")),
        changed("max_tokens", json!(5)),
        changed(
            "messages",
            json!([{"role": "system", "content": "Be rude."}, {"role": "user", "content": "how do I reset my password"}]),
        ),
        question("how do I reset my password 2"),
    ] {
        assert_eq!(cache(&gateway, &of(1), &body).await, "miss", "{body}");
    }
    for (text, expected) in [("warm words of mine", "miss"), ("Warm words of mine!", "miss")] {
        let mut warm = question(text);
        warm["temperature"] = json!(0.9);
        let wish = CacheWish { ttl_s: Some(60), ..CacheWish::default() };
        assert_eq!(pass(&gateway, &of(1), &warm, wish).await.cache.as_str(), expected);
    }
}

#[tokio::test]
async fn who_asks_anew_asks_anew_and_what_is_not_to_be_kept_is_not() {
    let (double, gateway) = ready().await;
    let near = question("how do I reset my password");
    let anew = CacheWish { no_cache: true, ..CacheWish::default() };
    assert_eq!(pass(&gateway, &of(1), &near, anew).await.cache, CacheOutcome::Miss);
    let leaving = CacheWish { no_store: true, ..CacheWish::default() };
    assert_eq!(pass(&gateway, &of(1), &question("where is it"), leaving).await.cache, CacheOutcome::Miss);
    assert_eq!(cache(&gateway, &of(1), &question("Where is it?")).await, "miss");
    assert_eq!(double.seen().len(), 4);
    gateway.0.sources.clock.advance_ms(86_400_000);
    assert_eq!(
        cache(&gateway, &of(1), &question("HOW do I reset my password")).await,
        "miss",
        "its day is over"
    );
}

#[tokio::test]
async fn errors_and_cut_and_empty_answers_are_never_given_again() {
    let cut = |content: &str, finish: &str| {
        let choice = json!({"message": {"content": content}, "finish_reason": finish});
        vec![Step::Send(reply("200 OK", "", &json!({ "choices": [choice] }).to_string()))]
    };
    let double = Double::scripted(move |_, number| match number {
        0 => vec![Step::Send(reply("400 Bad", "", "{}"))],
        1 => cut("hal", "length"),
        2 => cut("", "stop"),
        _ => cut("hi", "stop"),
    })
    .await;
    let gateway = gateway(settings(&double), OperatorKeysOnly);
    let texts = ["where is it", "Where is it?", "where is it?", "where is IT", "WHERE is it"];
    let mut outcomes = Vec::new();
    for text in texts {
        let raw =
            RawRequest::read(Dialect::OpenAi, Operation::Chat, question(text).to_string().into()).unwrap();
        let reply = gateway.pass(&of(1), raw, CacheWish::default()).await;
        outcomes.push(reply.map_or("error", |reply| reply.cache.as_str()));
    }
    assert_eq!(outcomes, ["error", "miss", "miss", "miss", "similar"]);
}

#[tokio::test]
async fn a_stream_is_given_again_as_a_stream_once_it_is_whole() {
    let words = "data: {\"choices\":[{\"delta\":{\"content\":\"hello there\"}}]}\n\n";
    let stop = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    let double = Double::scripted(move |request, number| {
        if !request.contains("\"stream\":true") {
            return vec![Step::Send(completion(&json!({"content": "hi"})))];
        }
        let end = if number == 0 { vec![] } else { vec![Step::Send(stop.into())] };
        [vec![stream_head(), Step::Send(words.into())], end].concat()
    })
    .await;
    let gateway = gateway(settings(&double), OperatorKeysOnly);
    let mut outcomes = Vec::new();
    for text in ["where is it", "Where is it?", "WHERE is it"] {
        let mut body = question(text);
        body["stream"] = true.into();
        let reply = pass(&gateway, &of(1), &body, CacheWish::default()).await;
        outcomes.push(reply.cache.as_str());
        let ReplyBody::Events(events) = reply.body else { panic!("it is not a stream") };
        let pieces: Vec<_> = futures::StreamExt::collect(events).await;
        assert!(String::from_utf8(pieces.concat()).unwrap().contains("hello there"));
    }
    assert_eq!(outcomes, ["miss", "miss", "similar"]);
    assert_eq!(
        cache(&gateway, &of(1), &question("where IS it")).await,
        "miss",
        "one who wants it whole asks"
    );
}

#[tokio::test]
async fn a_model_of_embeddings_compares_by_meaning_and_its_failure_costs_no_answer() {
    let double = Double::scripted(|request, _| {
        let vector = |numbers: &str| {
            vec![Step::Send(reply(
                "200 OK",
                "",
                &format!(
                    r#"{{"model":"e","data":[{{"embedding":{numbers}}}],"usage":{{"prompt_tokens":3}}}}"#
                ),
            ))]
        };
        match request.starts_with("POST /v1/embeddings") {
            true if request.contains("car") => vector("[1.0, 0.1]"),
            true if request.contains("automobile") => vector("[1.0, 0.15]"),
            true if request.contains("banana") => vector("[0.0, 1.0]"),
            true => vec![Step::Pause(10), Step::Send(reply("400 Bad", "", "{}"))],
            false => vec![Step::Send(completion(&json!({"content": "hi"})))],
        }
    })
    .await;
    let settings = Settings { similarity_model: Some("openai/embed".into()), ..settings(&double) };
    let gateway = gateway(settings, OperatorKeysOnly);
    for (text, expected) in
        [("a car", "miss"), ("an automobile", "similar"), ("a banana", "miss"), ("a plum", "miss")]
    {
        assert_eq!(cache(&gateway, &of(1), &question(text)).await, expected, "{text}");
    }
    let embeddings =
        double.seen().iter().filter(|request| request.starts_with("POST /v1/embeddings")).count();
    assert_eq!((embeddings, double.seen().len()), (4, 7));
}

#[tokio::test]
async fn agents_and_prompts_are_given_it_where_their_flow_wishes() {
    let (double, gateway) = ready().await;
    let cold = |text: &str| ChatRequest {
        temperature: Some(0.0),
        ..ChatRequest::new("gpt-4o", vec![Message::User(text.into())])
    };
    let first = gateway.chat(&of(1), cold("where is it")).await.unwrap();
    let second = gateway.chat(&of(1), cold("Where is it?")).await.unwrap();
    assert_eq!((first.text, second.usage.total(), double.seen().len()), (second.text, 0, 2));
    gateway.chat(&Caller { similarity: None, ..of(1) }, cold("WHERE is it?")).await.unwrap();
    assert_eq!(double.seen().len(), 3);
}

use axum::extract::State;
use door::{Json, Validate};
use kit::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::config::TriggerConfig;
use crate::ApiState;
use crate::signed::Signed;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = PreviewScheduleRequest)]
pub(crate) struct PreviewRequest {
    /// The config that a schedule would have.
    #[schema(value_type = TriggerConfig)]
    config: Value,
}

/// When a schedule would fire.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SchedulePreview)]
pub(crate) struct PreviewBody {
    /// The next ticks, at most five; none when no such moment will ever come.
    next_firings: Vec<Timestamp>,
}

impl Validate for PreviewRequest {}

/// When a schedule would fire, before it is made; a config that is wrong is refused as when it is made.
#[utoipa::path(
    post,
    path = "/schedules/preview",
    operation_id = "previewSchedule",
    tag = "Triggers",
    responses(
        (status = 200, description = "The next ticks", body = PreviewBody),
    ),
)]
pub(crate) async fn preview(
    State(state): State<ApiState>,
    _: Signed,
    Json(request): Json<PreviewRequest>,
) -> door::Result<Json<PreviewBody>> {
    Ok(Json(PreviewBody { next_firings: state.engine.preview_schedule(&request.config)? }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::House;

    db::testing::both_databases! {
        async fn a_schedule_tells_its_ticks_before_it_is_made(db: Db) {
            let house = House::on(db).await;
            let ann = house.token_for("ann@example.com", "read").await;
            let ask = async |config| house.ask(&ann, "POST /schedules/preview", json!({"config": config})).await;
            // The test's clock stands at 2023-11-14T22:13:20Z.
            let told = ask(json!({"cron": "0 9 * * *", "timezone": "Europe/Berlin", "skipDates": ["2023-11-15"]})).await;
            let ticks = told.body["nextFirings"].as_array().unwrap();
            assert_eq!((told.status, ticks.len(), &ticks[0]), (200, 5, &json!("2023-11-16T08:00:00.000Z")));
            let wrong = ask(json!({"cron": "0 25 * * *"})).await;
            assert_eq!((wrong.status, &wrong.body["code"]), (422, &json!("validation_error")));
            assert_eq!(ask(json!({"cron": "@daily", "surprise": 1})).await.status, 422);
        }
    }
}

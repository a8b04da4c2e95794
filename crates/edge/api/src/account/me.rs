use accounts::User;
use door::Json;

use crate::signed::Signed;

/// Who is signed in.
#[utoipa::path(
    get,
    path = "/me",
    operation_id = "getMe",
    tag = "Account",
    responses(
        (status = 200, description = "The user", body = User),
    ),
)]
pub(crate) async fn me(Signed(user): Signed) -> Json<User> {
    Json(user)
}

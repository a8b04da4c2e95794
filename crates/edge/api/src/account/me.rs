use accounts::User;
use door::Json;

use crate::signed::Signed;

/// Who is signed in.
pub(crate) async fn me(Signed(user): Signed) -> Json<User> {
    Json(user)
}

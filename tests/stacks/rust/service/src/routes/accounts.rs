use axum::{extract::State, http::StatusCode, Json};
use serde_json::{json, Value};

use crate::{
    auth,
    error::ApiError,
    models::{Account, Credentials},
    AppState,
};

pub async fn register(
    State(state): State<AppState>,
    Json(input): Json<Credentials>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let hash = auth::hash_password(&input.password);
    let id: i64 = sqlx::query_scalar(
        "INSERT INTO accounts (email, password_hash) VALUES ($1, $2) RETURNING id",
    )
    .bind(&input.email)
    .bind(hash)
    .fetch_one(&state.db)
    .await
    .map_err(|error| match error.as_database_error() {
        Some(cause) if cause.is_unique_violation() => ApiError::Conflict("the e-mail is taken"),
        _ => error.into(),
    })?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))))
}

pub async fn login(
    State(state): State<AppState>,
    Json(input): Json<Credentials>,
) -> Result<Json<Value>, ApiError> {
    let account: Option<Account> =
        sqlx::query_as("SELECT id, email, password_hash FROM accounts WHERE email = $1")
            .bind(&input.email)
            .fetch_optional(&state.db)
            .await?;
    match account {
        Some(account) if auth::verify_password(&account.password_hash, &input.password) => {
            let token = auth::issue(&state.config.jwt_secret, account.id);
            Ok(Json(json!({ "token": token })))
        }
        _ => Err(ApiError::Unauthorized),
    }
}

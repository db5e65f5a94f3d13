use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Redirect,
    Json,
};
use rand::{distributions::Alphanumeric, Rng};
use serde_json::{json, Value};

use crate::{
    auth::Caller,
    error::ApiError,
    models::{DayCount, Link, NewLink},
    AppState,
};

pub async fn follow(
    State(state): State<AppState>,
    Path(slug): Path<String>,
) -> Result<Redirect, ApiError> {
    let link: Link = sqlx::query_as("SELECT * FROM links WHERE slug = $1")
        .bind(&slug)
        .fetch_optional(&state.db)
        .await?
        .ok_or(ApiError::NotFound)?;
    sqlx::query("INSERT INTO clicks (link_id) VALUES ($1)")
        .bind(link.id)
        .execute(&state.db)
        .await?;
    Ok(Redirect::temporary(&link.target))
}

pub async fn list(
    State(state): State<AppState>,
    Caller(account_id): Caller,
) -> Result<Json<Vec<Value>>, ApiError> {
    let links: Vec<Link> =
        sqlx::query_as("SELECT * FROM links WHERE account_id = $1 ORDER BY created_at DESC")
            .bind(account_id)
            .fetch_all(&state.db)
            .await?;
    let mut answer = Vec::with_capacity(links.len());
    for link in links {
        let clicks: i64 = sqlx::query_scalar("SELECT count(*) FROM clicks WHERE link_id = $1")
            .bind(link.id)
            .fetch_one(&state.db)
            .await?;
        answer.push(json!({ "link": link, "clicks": clicks }));
    }
    Ok(Json(answer))
}

pub async fn create(
    State(state): State<AppState>,
    Caller(account_id): Caller,
    Json(input): Json<NewLink>,
) -> Result<(StatusCode, Json<Link>), ApiError> {
    if !input.target.starts_with("http") {
        return Err(ApiError::Invalid("the target is no address"));
    }
    let slug = input.slug.unwrap_or_else(random_slug);
    let link = sqlx::query_as(
        "INSERT INTO links (slug, target, account_id, expires_at)
         VALUES ($1, $2, $3, $4) RETURNING *",
    )
    .bind(&slug)
    .bind(&input.target)
    .bind(account_id)
    .bind(input.expires_at)
    .fetch_one(&state.db)
    .await?;
    Ok((StatusCode::CREATED, Json(link)))
}

pub async fn remove(
    State(state): State<AppState>,
    Caller(account_id): Caller,
    Path(slug): Path<String>,
) -> Result<StatusCode, ApiError> {
    let done = sqlx::query("DELETE FROM links WHERE slug = $1 AND account_id = $2")
        .bind(&slug)
        .bind(account_id)
        .execute(&state.db)
        .await?;
    if done.rows_affected() == 0 {
        return Err(ApiError::NotFound);
    }
    Ok(StatusCode::NO_CONTENT)
}

pub async fn retarget(
    State(state): State<AppState>,
    Path(slug): Path<String>,
    Json(input): Json<NewLink>,
) -> Result<StatusCode, ApiError> {
    sqlx::query("UPDATE links SET target = $2 WHERE slug = $1")
        .bind(&slug)
        .bind(&input.target)
        .execute(&state.db)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub async fn stats(
    State(state): State<AppState>,
    Caller(account_id): Caller,
    Path(slug): Path<String>,
) -> Result<Json<Vec<DayCount>>, ApiError> {
    let days = sqlx::query_as(
        "SELECT date_trunc('day', c.clicked_at) AS day, count(*) AS clicks
         FROM clicks c JOIN links l ON l.id = c.link_id
         WHERE l.slug = $1 AND l.account_id = $2 GROUP BY 1 ORDER BY 1",
    )
    .bind(&slug)
    .bind(account_id)
    .fetch_all(&state.db)
    .await?;
    Ok(Json(days))
}

fn random_slug() -> String {
    rand::thread_rng().sample_iter(&Alphanumeric).take(7).map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::random_slug;

    #[test]
    fn slugs_have_seven_characters() {
        assert_eq!(random_slug().len(), 7);
    }
}

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

#[derive(FromRow)]
pub struct Account {
    pub id: i64,
    pub email: String,
    pub password_hash: String,
}

#[derive(FromRow, Serialize)]
pub struct Link {
    pub id: i64,
    pub slug: String,
    pub target: String,
    pub account_id: i64,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
}

#[derive(Deserialize)]
pub struct NewLink {
    pub target: String,
    pub slug: Option<String>,
    pub expires_at: Option<DateTime<Utc>>,
}

#[derive(Deserialize)]
pub struct Credentials {
    pub email: String,
    pub password: String,
}

#[derive(FromRow, Serialize)]
pub struct DayCount {
    pub day: Option<DateTime<Utc>>,
    pub clicks: Option<i64>,
}

mod accounts;
mod links;

use axum::{
    routing::{delete, get, post},
    Router,
};

use crate::AppState;

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/health", get(|| async { "ok" }))
        .route("/:slug", get(links::follow))
        .nest("/api", api())
}

fn api() -> Router<AppState> {
    Router::new()
        .route("/accounts", post(accounts::register))
        .route("/accounts/login", post(accounts::login))
        .route("/links", get(links::list).post(links::create))
        .route("/links/:slug", delete(links::remove))
        .route("/links/:slug/stats", get(links::stats))
        .route(
            "/links/:slug/target",
            axum::routing::put(links::retarget),
        )
}

use axum::{routing::get, Router};

pub fn router() -> Router {
    Router::new().route("/status", get(status)).nest(
        "/inner",
        Router::new().route("/{a}/{b}", get(inner)),
    )
}

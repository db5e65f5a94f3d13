pub mod documented;
mod users;
pub mod v2;

use self::users::routes as user_routes;
use axum::{
    middleware::from_fn,
    routing::{delete, get, patch, post},
    Router,
};

pub fn router(state: State) -> Router {
    let private = Router::new()
        .route("/me", get(users::me).patch(users::change))
        .route_layer(from_fn(auth));
    Router::new()
        .nest("/users", user_routes())
        .merge(private)
        .nest(&format!("/v{}", VERSION), v2::router())
        .merge(Posts::router())
        .with_state(state)
}

const VERSION: u8 = 2;

struct Posts;

impl Posts {
    fn router() -> Router {
        Router::new()
            .route("/posts/:id", delete(Self::remove).post(Self::publish))
            .route("/posts/:id/files/*rest", patch(files::<Local>))
    }
}

pub async fn not_found() {}

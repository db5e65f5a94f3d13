use axum::routing::{any, get_service, MethodFilter, MethodRouter};
use axum::{routing, Router};

const HEALTH: &str = "/health";

pub fn router() -> Router {
    let methods = routing::get(live).head(live);
    Router::new()
        .route(HEALTH, methods)
        .route("/echo", any(echo))
        .route(
            "/filtered",
            routing::on(MethodFilter::PUT.or(MethodFilter::DELETE), echo),
        )
        .route_service("/file", get_service(ServeFile::new("x")))
        .route(concat!("/ready", "/now"), get_ready())
}

fn get_ready() -> MethodRouter {
    routing::get(live).layer(x())
}

pub fn never() -> Router {
    Router::new().route("/never", routing::get(live))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn serves() {
        let app = Router::new().route("/only-tested", routing::get(live));
    }
}

use axum::{routing::get, Router};
use shop_server::{api, config::Settings, health};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let settings = Settings::load()?;
    let mut app = Router::new()
        .route("/", get(|| async { "Hello" }))
        .merge(health::router())
        .nest("/api", api::router(settings.clone()))
        .nest_service("/static", ServeDir::new("static"))
        .fallback(api::not_found);
    if settings.development {
        app = app.route("/debug/{*path}", get(health::debug));
    }
    let (openapi_router, openapi) = api::documented::router().split_for_parts();
    let app = app.merge(openapi_router).layer(TraceLayer::new_for_http());
    let listener = tokio::net::TcpListener::bind("0.0.0.0:3000").await?;
    axum::serve(listener, app.into_make_service()).await?;
    Ok(())
}

mod admin;
mod users;

use actix_web::{get, guard, http::Method, middleware, post, web, App, HttpResponse, HttpServer, Responder};

#[get("/")]
async fn index() -> impl Responder {
    HttpResponse::Ok()
}

#[post("/login")]
async fn login() -> impl Responder {
    HttpResponse::Ok()
}

#[get("/never")]
async fn never() -> impl Responder {
    HttpResponse::Ok()
}

#[actix_web::route("/both", method = "GET", method = "PUT")]
async fn both() -> impl Responder {
    HttpResponse::Ok()
}

const PREFIX: &str = "/api";

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    HttpServer::new(move || {
        App::new()
            .wrap(middleware::Logger::default())
            .service(index)
            .service((login, both))
            .service(
                web::scope(PREFIX)
                    .configure(users::configure)
                    .service(web::scope("/v1").service(users::ping))
                    .service(
                        web::resource("/items/{id:\\d{1,4}}")
                            .route(web::get().to(item))
                            .route(web::method(Method::PATCH).to(item))
                            .route(web::route().guard(guard::Delete()).to(item)),
                    ),
            )
            .configure(|cfg| admin::configure(cfg, "x"))
            .configure(|cfg| {
                cfg.route("/inline", web::post().to(item));
            })
            .service(web::resource(["/a", "/b"]).to(item))
            .service(web::resource("any").to(item))
            .route("/health", web::head().to(HttpResponse::Ok))
            .route("/files/{tail:.*}", web::to(item))
            .default_service(web::to(item))
    })
    .bind(("0.0.0.0", 8080))?
    .run()
    .await
}

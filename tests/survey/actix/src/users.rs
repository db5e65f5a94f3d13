use actix_web::{delete, get, web, HttpResponse, Responder};

pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.service(
        web::scope("/users")
            .route("", web::get().to(list))
            .route("/{id}", web::put().to(change))
            .service(remove),
    );
    cfg.service(ping);
}

#[delete("/{id}")]
async fn remove() -> impl Responder {
    HttpResponse::Ok()
}

#[get("/ping")]
pub async fn ping() -> impl Responder {
    HttpResponse::Ok()
}

pub fn unused(cfg: &mut web::ServiceConfig) {
    cfg.route("/unused", web::get().to(list));
}

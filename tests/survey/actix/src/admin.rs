use actix_web::web::{self, get, post, scope, ServiceConfig};

pub fn configure(cfg: &mut ServiceConfig, name: &str) {
    let admin = scope("/admin")
        .wrap(Auth)
        .route("/stats", get().to(stats))
        .route("/stats", post().to(stats));
    cfg.service(admin);
}

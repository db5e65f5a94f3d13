use super::*;

pub fn routes() -> Router {
    add_photos(Router::new().route("/", get(list).post(create)))
        .route("/{id}", get(show))
}

fn add_photos(router: Router) -> Router {
    router.route("/{id}/photo", post(upload))
}

use rocket::{serde::json::Json, Route};

#[rocket::post("/", data = "<post>")]
pub fn create(post: Json<Post>) {}

#[get("/<id>")]
fn show(id: u32) {}

#[delete("/<id>/comments/<comment>")]
fn remove(id: u32, comment: u32) {}

pub fn routes() -> Vec<Route> {
    let mut routes = routes![show];
    routes.extend(routes![remove]);
    routes
}

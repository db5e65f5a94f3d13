use rocket::fairing::AdHoc;
use rocket::Route;

#[get("/tags")]
fn list() {}

#[patch("/tags/<tag>")]
fn change(tag: &str) {}

pub fn routes() -> Vec<Route> {
    routes![list]
}

pub fn stage() -> AdHoc {
    AdHoc::on_ignite("tags", |rocket| async { rocket.mount("/staged", routes![list, change]) })
}

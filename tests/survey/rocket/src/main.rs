#[macro_use]
extern crate rocket;

mod posts;
mod tags;

use rocket::fairing::AdHoc;

const API: &str = "/api";

#[get("/")]
fn index() -> &'static str {
    "x"
}

#[get("/hello/<name>?<age>&<lang..>", rank = 2)]
fn hello(name: &str, age: Option<u8>) -> String {
    name.into()
}

#[head("/hello/<_>")]
fn head() {}

#[route(PUT, uri = "/put/<id>", format = "json")]
fn put(id: u32) {}

#[get("/files/<path..>")]
fn files(path: PathBuf) {}

#[get("/never")]
fn never() {}

#[catch(404)]
fn not_found() {}

#[launch]
fn rocket() -> _ {
    rocket::build()
        .mount("/", routes![index, hello, head])
        .mount(API, routes![put, files, posts::create])
        .mount(format!("{API}/posts"), posts::routes())
        .mount("/all/", [posts::routes(), tags::routes()].concat())
        .register("/", catchers![not_found])
        .attach(tags::stage())
}

package notes

import io.ktor.http.HttpMethod
import io.ktor.server.application.*
import io.ktor.server.auth.authenticate
import io.ktor.server.resources.Resources
import io.ktor.server.routing.*
import io.ktor.server.websocket.*
import notes.users.userRoutes as people

const val API = "/api"

fun Application.module() {
    install(Resources)
    routing {
        get("/") {
            call.respondText("get(\"/inside\")")
        }
        route(API) {
            val service = NoteService()
            get("notes") { call.respond(service.all()) }
            post("/notes") { call.respond(service.add()) }
            route("/notes/{id}") {
                get { call.respond(service.one()) }
                put { call.respond(service.change()) }
                delete("") { call.respond(service.remove()) }
                authenticate("jwt", optional = true) {
                    patch("/title") { call.respond("") }
                }
            }
            route("/export", HttpMethod.Post) {
                handle { call.respond("") }
            }
            method(HttpMethod.Head) {
                handle { call.respond("") }
            }
            people(service)
            admin {
                get("/stats") { call.respond("") }
            }
            unknownPlugin {
                get("/plugged") { call.respond("") }
            }
        }
        webSocket("/live") {
            send("x")
        }
        listOf("/a", "/b").forEach { path ->
            get("$path/static") { call.respond("") }
        }
        get("/files/{path...}") { call.respond("") }
        get("/optional/{page?}") { call.respond("") }
        get(Regex("/x/(?<id>\\d+)")) { call.respond("") }
        crud("/tags") { call.respond("") }
        notes()
        TagController().register(this)
        staticResources("/assets", "assets")
    }
}

fun Route.admin(build: Route.() -> Unit) = route("/admin") {
    authenticate("admin") {
        build()
    }
}

fun Route.crud(path: String, handler: suspend RoutingContext.() -> Unit) {
    route(path) {
        get(handler)
        post("/new", handler)
    }
}

class TagController {
    fun register(route: Route) {
        route.get("/controller/{tag}") { call.respond("") }
        route.route("/controller") {
            options { call.respond("") }
        }
    }
}

fun Route.neverCalled() {
    get("/lonely") { call.respond("") }
}

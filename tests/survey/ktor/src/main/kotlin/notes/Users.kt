package notes.users

import io.ktor.server.application.*
import io.ktor.server.routing.*
import notes.NoteService

fun Route.userRoutes(service: NoteService) {
    route("/users") {
        get("/me") {
            call.respond(service.me())
        }
        if (service.isOpen) {
            post { call.respond("") }
        }
    }
}

class Plugged(app: Application) {
    init {
        app.routing {
            get("/plugged-in") { call.respond("") }
            paged()
        }
    }
}

fun Route.paged(path: String = "/pages") {
    get("$path/{page}") { call.respond("") }
}

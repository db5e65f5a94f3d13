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

package notes

import io.ktor.resources.Resource
import io.ktor.server.resources.*
import io.ktor.server.routing.Route

@Resource("/articles")
class Articles(val sort: String? = "new") {
    @Resource("new")
    class New(val parent: Articles = Articles())

    @Resource("{id}")
    class Id(val parent: Articles = Articles(), val id: Long) {
        @Resource("edit")
        class Edit(val parent: Id)
    }
}

fun Route.notes() {
    get<Articles> { articles ->
        call.respond(articles.sort)
    }
    get<Articles.New> {
        call.respond("")
    }
    post<Articles> {
        call.respond("")
    }
    put<Articles.Id> { article -> call.respond(article.id) }
    delete<Articles.Id.Edit> { edit ->
        call.respond(edit.parent.id)
    }
}

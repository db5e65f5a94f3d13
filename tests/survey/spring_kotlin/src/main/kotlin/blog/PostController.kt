package blog

import org.springframework.web.bind.annotation.*

@RestController
@RequestMapping(Paths.POSTS)
class PostController(private val service: PostService) : Archived {
    @GetMapping
    suspend fun all(): List<Post> = service.all()

    @GetMapping("/{id}", "/by-id/{id}")
    suspend fun one(@PathVariable id: Long) = service.one(id)

    @RequestMapping(value = ["/{id}/likes"], method = [RequestMethod.PUT, RequestMethod.DELETE])
    fun like(@PathVariable id: Long) = Unit

    @PostMapping(path = ["$DRAFTS/new"], consumes = ["application/json"])
    fun draft(@RequestBody post: Post): Post = post

    @RequestMapping("/search", method = arrayOf(RequestMethod.GET))
    fun search(@RequestParam q: String): List<Post> = emptyList()

    @PatchMapping("\${api.version}/{slug:[a-z-]+}")
    fun patch(@PathVariable slug: String) = Unit

    @DeleteMapping("""/{id}/comments/{comment}""")
    fun remove(@PathVariable id: Long, @PathVariable comment: Long) {
        service.remove(id, comment)
    }

    companion object {
        const val DRAFTS = "/drafts"
    }
}

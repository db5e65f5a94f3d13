package blog

const val ROOT = "/api"

object Paths {
    const val POSTS = "$ROOT/posts"
    const val TAGS = ROOT + "/tags"
}

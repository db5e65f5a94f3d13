package blog

import org.springframework.web.bind.annotation.GetMapping
import org.springframework.web.bind.annotation.PathVariable

interface Archived {
    @GetMapping("/archive/{year}")
    fun archive(@PathVariable year: Int): List<Post> = emptyList()
}

package blog

import org.springframework.stereotype.Controller
import org.springframework.web.bind.annotation.GetMapping
import org.springframework.web.bind.annotation.RequestMapping

@Controller
@RequestMapping("${Paths.TAGS}/pages")
class PageController {
    @GetMapping("/cloud.html")
    fun cloud(): String = "cloud"

    @GetMapping(value = [PostController.DRAFTS])
    fun drafts(): String = "drafts"
}

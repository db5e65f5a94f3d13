package fleet

import io.micronaut.http.annotation.Controller
import io.micronaut.http.annotation.Get
import io.micronaut.http.annotation.Options
import io.micronaut.http.annotation.Post

@Controller("\${drivers.path:/drivers}")
class DriverController {
    @Get("/{name}")
    suspend fun show(name: String): String = name

    @Post
    fun add(): String = ""

    @Options("/{+path}")
    fun options(path: String) = path
}

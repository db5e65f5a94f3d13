package lib

import jakarta.ws.rs.GET
import jakarta.ws.rs.OPTIONS
import jakarta.ws.rs.POST
import jakarta.ws.rs.Path
import jakarta.ws.rs.PathParam

@Path(ShelfResource.ROOT)
class ShelfResource : BaseResource<String>() {
    @GET
    fun all(): List<String> = emptyList()

    @POST
    @Path("/{shelf}/books/{book}")
    fun put(@PathParam("shelf") shelf: Long, @PathParam("book") book: Long) = Unit

    @OPTIONS
    fun options() = ""

    companion object {
        const val ROOT = "shelves"
    }
}

package lib;

import jakarta.ws.rs.*;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;

@Path("/books/")
@Produces(MediaType.APPLICATION_JSON)
public class BookResource {
    static final String BY_ID = "{id: \\d+}";

    @GET
    public List<String> list() {
        return List.of();
    }

    @GET
    @Path(BY_ID)
    public String one(@PathParam("id") long id) {
        return "";
    }

    @PUT
    @Path("/" + BY_ID + "/title")
    @Consumes("text/plain")
    public void title(@PathParam("id") long id, String title) {
    }

    @POST
    @Path("")
    public Response add(String book) {
        return Response.ok().build();
    }

    @Path("{id}/reviews")
    public ReviewResource reviews(@PathParam("id") long id) {
        return new ReviewResource();
    }

    @Path("covers")
    public Class<CoverResource> covers() {
        return CoverResource.class;
    }

    @Path("dynamic")
    public Object dynamic() {
        return null;
    }

    public String helper() {
        return "";
    }
}

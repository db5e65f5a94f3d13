package plain;

import javax.ws.rs.*;

/** The servlet that this is served by is set up elsewhere. */
@Path("plain")
public class PlainResource {
    @javax.ws.rs.GET
    @Path("{id}")
    public String one(@PathParam("id") String id) {
        return id;
    }
}

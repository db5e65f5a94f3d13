package lib;

import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;

public class ReviewResource {
    @GET
    public String all() {
        return "";
    }

    @DELETE
    @Path("{review}")
    public void remove(@PathParam("review") long review) {
    }

    @Path("replies")
    public ReviewResource replies() {
        return this;
    }
}

package lib;

import jakarta.ws.rs.*;

@Path("/loans")
public interface LoanApi {
    @GET
    @Path("{id}")
    String loan(@PathParam("id") long id);

    @POST
    String lend(String loan);

    @HEAD
    void check();
}

package lib;

import jakarta.ws.rs.*;

public abstract class BaseResource<T> {
    @GET
    @Path("/count")
    public long count() {
        return 0;
    }

    @PATCH
    @Path("{id}")
    public T change(@PathParam("id") long id, T value) {
        return value;
    }
}

package lib;

import jakarta.ws.rs.*;

public class CoverResource {
    @LINK
    @Path("/{name:.+}.png")
    public void link() {
    }
}

package app;

import org.springframework.web.servlet.function.*;

/** What calls this puts a prefix in front. */
class Endpoint {
    public RouterFunction<ServerResponse> endpoint() {
        return RouterFunctions.route()
            .GET("reports/{name}", this::report)
            .OPTIONS("/reports", this::report)
            .build();
    }

    ServerResponse report(ServerRequest request) {
        return ServerResponse.ok().build();
    }
}

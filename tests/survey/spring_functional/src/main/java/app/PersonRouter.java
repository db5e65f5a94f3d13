package app;

import static org.springframework.http.MediaType.APPLICATION_JSON;
import static org.springframework.web.reactive.function.server.RequestPredicates.*;
import static org.springframework.web.reactive.function.server.RouterFunctions.nest;
import static org.springframework.web.reactive.function.server.RouterFunctions.route;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.server.*;

@Configuration
public class PersonRouter {
    private static final String PEOPLE = "/people";

    @Bean
    RouterFunction<ServerResponse> people(PersonHandler handler) {
        return route()
            .GET(PEOPLE + "/{id}", accept(APPLICATION_JSON), handler::get)
            .GET(PEOPLE, handler::list)
            .POST("/people", handler::create)
            .path("/groups", builder -> builder
                .GET("", handler::groups)
                .GET("/{group}", handler::group)
                .nest(accept(APPLICATION_JSON), inner -> inner
                    .PUT("/{group}/members/{id}", handler::join)))
            .add(others(handler))
            .filter((request, next) -> next.handle(request))
            .build();
    }

    private RouterFunction<ServerResponse> others(PersonHandler handler) {
        return route(DELETE("/people/{id}"), handler::remove)
            .andRoute(PATCH("/people/{id}").and(contentType(APPLICATION_JSON)), request -> {
                return handler.patch(request);
            });
    }

    @Bean
    RouterFunction<ServerResponse> nested(PersonHandler handler) {
        RouterFunction<ServerResponse> inner = route(GET("/list"), handler::list)
            .andRoute(method(HttpMethod.POST).and(path("/list")), handler::create)
            .and(route(path("/any"), handler::any));
        return nest(path("/v1"), inner)
            .andNest(path("/v2").and(accept(APPLICATION_JSON)), route(GET("/list").or(GET("/all")), handler::list));
    }

    @Bean
    RouterFunction<ServerResponse> statements(PersonHandler handler) {
        RouterFunctions.Builder builder = route();
        builder.GET("/one", handler::get);
        builder.POST("/two", request -> handler.create(request));
        return builder.build();
    }

    @Bean
    RouterFunction<ServerResponse> computed(PersonHandler handler, Settings settings) {
        return route()
            .GET(settings.path(), handler::get)
            .GET(settings.path() + "/tail", handler::get)
            .build();
    }
}

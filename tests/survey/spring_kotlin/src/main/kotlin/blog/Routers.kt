package blog

import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Configuration
import org.springframework.http.MediaType.APPLICATION_JSON
import org.springframework.http.MediaType.TEXT_HTML
import org.springframework.web.reactive.function.server.coRouter
import org.springframework.web.reactive.function.server.router

@Configuration
class Routers(private val users: UserHandler) {
    @Bean
    fun api() = coRouter {
        "/users".nest {
            GET("", users::list)
            GET("/{id}") { request -> users.one(request) }
            accept(APPLICATION_JSON).nest {
                POST("/", users::create)
            }
            (PUT("/{id}") or PATCH("/{id}")) { users.change(it) }
        }
        path("/admin").nest {
            DELETE("/cache", users::clear)
            "/raw" { users.list(it) }
        }
        GET("/status", accept(TEXT_HTML), users::status)
        add(extra())
    }

    private fun extra() = coRouter {
        (accept(APPLICATION_JSON) and "/extra").nest {
            GET("/more", users::list)
        }
    }

    @Bean
    fun resources() = router {
        resources("/static/**", ClassPathResource("static/"))
        HEAD("/ping") { ok().build() }
    }
}

fun loose(users: UserHandler) = router {
    GET("/loose/{id}", users::one)
}

package main

import (
	"net/http"
	"os"

	"shop/handlers"
	"shop/routes"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
)

func main() {
	e := echo.New()
	e.Pre(middleware.RemoveTrailingSlash())
	e.Use(middleware.Logger())
	e.GET("/", func(c echo.Context) error { return c.String(http.StatusOK, "/ok") })
	e.Any("/any", handlers.Any)
	e.Add("LINK", "/link/:id", handlers.Any)
	e.Add(http.MethodPatch, "/patch", handlers.Any)
	e.Match([]string{echo.GET, echo.POST}, "/both", handlers.Any)
	e.GET("/files/*", handlers.Any)
	e.GET("no-slash", handlers.Any)
	e.File("/favicon.ico", "images/favicon.ico")
	e.Static("/static", "assets")

	app := &routes.App{Echo: e, Prefix: "/api"}
	app.Register()

	admin := e.Group("/admin", middleware.BasicAuth(nil))
	admin.GET("", handlers.Any)
	admin.POST("/users/:id/roles/:role", handlers.Any, middleware.Gzip())

	base := os.Getenv("BASE")
	e.GET(base+"/from-environment/:id", handlers.Any)
	plugins := e.Group(base)
	plugins.DELETE("/plugins/:name", handlers.Any)
	e.GET(base, handlers.Any)

	host := e.Host("tenant.example.com")
	host.GET("/tenant", handlers.Any)

	e.GET("/metrics", echo.WrapHandler(http.DefaultServeMux))
	e.Logger.Fatal(e.Start(":1323"))
}

package routes

import (
	"shop/handlers"

	"github.com/labstack/echo/v4"
)

// App holds the server.
type App struct {
	*echo.Echo
	Prefix string
}

type resource interface {
	Mount(g *echo.Group)
}

func (a *App) Register() {
	v1 := a.Group(a.Prefix + "/v1")
	for _, each := range []resource{&books{}, &authors{}} {
		each.Mount(v1)
	}
	a.PUT("/direct", handlers.Any)
	crud(v1.Group("/tags"), handlers.Any)
}

type books struct{}

func (b *books) Mount(g *echo.Group) {
	group := g.Group("/books")
	group.GET("", handlers.Any)
	group.GET("/:isbn", handlers.Any)
}

type authors struct{}

func (a *authors) Mount(g *echo.Group) {
	g.GET("/authors", handlers.Any).Name = "authors"
}

func crud(g *echo.Group, h echo.HandlerFunc) {
	g.GET("", h)
	g.DELETE("/:id", h)
}

func helper(group *echo.Group) {
	group.GET("/nobody/:id", handlers.Any)
}

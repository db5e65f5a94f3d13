package wiring

import (
	"github.com/fasthttp/router"
	"github.com/gorilla/mux"
	"github.com/julienschmidt/httprouter"
	"github.com/labstack/echo/v4"
	"go.uber.org/fx"
)

var Router = mux.NewRouter()

func init() {
	Router.HandleFunc("/package-level", nil).Methods("GET")
}

var Module = fx.Options(
	fx.Provide(NewEcho),
	fx.Invoke(Routes),
)

func NewEcho() *echo.Echo {
	return echo.New()
}

func Routes(e *echo.Echo, orders *Orders) {
	e.GET("/injected", orders.list)
	group := e.Group("/orders")
	group.DELETE("/:id", orders.list)
}

type Orders struct{}

func (o *Orders) list(c echo.Context) error { return nil }

func Old() {
	r := httprouter.New()
	r.GET("/hello/:name", nil)
	r.Handle("PATCH", "/handle/:id", nil)
	r.Handler("PUT", "/handler", nil)
	r.HandlerFunc("POST", "/handler-func", nil)
	r.ServeFiles("/src/*filepath", nil)

	fast := router.New()
	fast.GET("/fast/{id:[0-9]+}", nil)
	fast.ANY("/fast/{rest:*}", nil)
	group := fast.Group("/fast-group")
	group.POST("/x", nil)
}

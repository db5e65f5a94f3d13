package main

import (
	"app/api"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/gofiber/fiber/v3"
	"github.com/gorilla/mux"
	"github.com/labstack/echo/v4"
)

type Router interface{ Setup(r *gin.Engine) }

type Controller struct{ Base string }

func (c Controller) Setup(r *gin.Engine) {
	g := r.Group(c.Base)
	g.GET("/ctl", h)
}

type route struct {
	Methods []string
	Path    string
	H       http.HandlerFunc
}

type server struct {
	router *mux.Router
	v1     *mux.Router
}

func (s *server) routes() {
	s.router.HandleFunc("/a", s.a()).Methods("GET")
	s.v1 = s.router.PathPrefix("/v1").Subrouter()
	s.v1Routes()
}

func (s *server) v1Routes() {
	s.v1.HandleFunc("/b", s.a()).Methods("POST")
	for _, rt := range []route{{[]string{"GET", "PUT"}, "/t", nil}} {
		s.v1.HandleFunc(rt.Path, rt.H).Methods(rt.Methods...)
	}
}

func (s *server) a() http.HandlerFunc { return nil }

func newServer() *server {
	s := &server{router: mux.NewRouter()}
	s.routes()
	return s
}

func main() {
	r := gin.Default()
	for _, c := range []Router{Controller{"/c1"}, &Controller{Base: "/c2"}} {
		c.Setup(r)
	}
	var groups = map[string]*gin.RouterGroup{}
	groups["x"] = r.Group("/gx")
	groups["x"].GET("/y", h)
	api := r.Group("/api")
	{
		v1 := api.Group("/v1")
		v1.GET("/users/:id", h)
	}
	authorized := r.Group("/", gin.BasicAuth(nil))
	authorized.POST("admin", h)
	r.GET("/ws", func(c *gin.Context) {})
	r.Run()

	s := newServer()
	http.Handle("/", s.router)
	http.ListenAndServe(":1", nil)

	e := echo.New()
	g := e.Group("/g")
	registerE(g, "/sub")
	e.Start(":2")

	app := fiber.New()
	app.Route("/events").Get(fh).Post(fh)
	app.Get("/f", fh).Post("/f2", fh)
	app.Add([]string{"GET", "POST"}, "/multi", fh)
	sub := app.Group("/grp")
	sub.Delete("/:id<int>", fh)
	apiapp(app)
	app.Listen(":3")
}

func registerE(g *echo.Group, p string) {
	sub := g.Group(p)
	sub.GET("/z", nil)
}

func apiapp(app *fiber.App) { api.Register(app.Group("/api")) }
func h(c *gin.Context)  {}
func fh(c fiber.Ctx) error { return nil }

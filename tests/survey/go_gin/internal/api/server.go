package api

import (
	"fmt"
	"net/http"

	"example.com/shop/internal/orders"
	"example.com/shop/internal/users"
	"github.com/gin-gonic/gin"
)

const (
	apiPrefix = "/api"
	version   = "v1"
	healthURL = "/healthz"
)

type Config struct {
	Mode string
}

type Server struct {
	cfg    Config
	router *gin.Engine
	users  *users.Handler
}

func NewServer(cfg Config) (*Server, error) {
	if cfg.Mode == "" {
		return nil, fmt.Errorf("no mode")
	}
	server := &Server{cfg: cfg, users: users.NewHandler()}
	server.setupRouter()
	return server, nil
}

func (s *Server) Engine() *gin.Engine {
	return s.router
}

func (s *Server) Run(address string) error {
	return http.ListenAndServe(address, s.router)
}

func (s *Server) setupRouter() {
	router := gin.New()
	router.Use(gin.Recovery(), gin.Logger())
	router.GET(healthURL, func(c *gin.Context) { c.Status(http.StatusOK) })
	router.Any("/any", s.any)
	router.Handle(http.MethodPut, "/put", s.any)
	router.Handle("PURGE", "/cache", s.any)
	router.Match([]string{http.MethodGet, "POST"}, "/both", s.any)
	router.NoRoute(s.any)

	v1 := router.Group(apiPrefix + "/" + version)
	v1.Use(s.auth())
	{
		v1.GET("items", s.any)
		v1.GET("/items/:id", s.auth(), s.any).POST("/items", s.any)
		v1.DELETE(
			"/items/:id",
			s.any,
		)
		v1.PATCH(fmt.Sprintf("/items/:id/%s", "state"), s.any)
		files := v1.Group("/files/")
		files.GET("*path", s.any)
		files.HEAD("", s.any)
	}
	s.users.Routes(v1.Group("/users"))
	orders.Register(&router.RouterGroup, "/orders")
	for _, route := range []struct {
		method, path string
		handler      gin.HandlerFunc
	}{
		{"GET", "/table", s.any},
		{method: "OPTIONS", path: "/table", handler: s.any},
	} {
		router.Handle(route.method, route.path, route.handler)
	}
	if s.cfg.Mode != "release" {
		router.GET("/only-debug", s.any)
	}
	router.GET(s.dynamic(), s.any)
	s.router = router
}

func (s *Server) dynamic() string { return readFile() }

func (s *Server) auth() gin.HandlerFunc {
	return func(c *gin.Context) { c.Next() }
}

func (s *Server) any(c *gin.Context) {}

package server

import (
	"net/http"

	"github.com/go-chi/chi/v5"
)

type Option func(*Server)

func WithPrefix(prefix string) Option {
	return func(s *Server) { s.prefix = prefix }
}

type Server struct {
	base
	prefix string
	api    *usersAPI
}

type base struct {
	chi.Router
}

func New(options ...Option) *Server {
	s := &Server{base: base{Router: chi.NewRouter()}}
	for _, option := range options {
		option(s)
	}
	s.api = &usersAPI{server: s}
	s.Get("/promoted", s.home)
	s.Route(s.prefix, s.api.routes)
	return s
}

func (s *Server) Handler() http.Handler { return s.Router }

func (s *Server) home(w http.ResponseWriter, r *http.Request) {}

type usersAPI struct {
	server *Server
}

func (a *usersAPI) routes(r chi.Router) {
	r.Get("/users/{id}", a.server.home)
	r.Method(http.MethodDelete, "/users/{id}", http.HandlerFunc(a.server.home))
}

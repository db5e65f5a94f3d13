package main

import (
	"net/http"

	"github.com/acme/rows/pkg"
	"github.com/go-chi/chi/v5"
	"github.com/gorilla/mux"
)

type Route struct {
	Name, Method, Pattern string
	Handler               http.HandlerFunc
}

type Group struct {
	Prefix string
	Routes []Route
}

func table() []Group {
	return []Group{
		{"/one", []Route{{"a", "GET", "/a", h}, {"b", http.MethodPost, "/b", h}}},
		{Prefix: "/two", Routes: []Route{
			{Name: "c", Method: "PUT", Pattern: "/c/{id}", Handler: h},
		}},
	}
}

var byPrefix = map[string][]Route{
	"/three": {{"d", "DELETE", "/d", h}},
}

type UserController struct{}

func (c *UserController) Index(w http.ResponseWriter, r *http.Request) {}

func resource[T any](r chi.Router, path string, c T) {
	r.Route(path, func(r chi.Router) {
		r.Get("/", h)
		r.Get("/{id}", h)
	})
}

func main() {
	r := mux.NewRouter()
	for _, group := range table() {
		sub := r.PathPrefix(group.Prefix).Subrouter()
		for i := range group.Routes {
			route := group.Routes[i]
			sub.HandleFunc(route.Pattern, route.Handler).Methods(route.Method).Name(route.Name)
		}
	}
	for prefix, routes := range byPrefix {
		for _, rt := range routes {
			r.Path(prefix + rt.Pattern).Methods(rt.Method).Handler(rt.Handler)
		}
	}
	s := mux.NewRouter().PathPrefix("/chained").Subrouter()
	s.Methods("GET").HandlerFunc(h)
	s.Handle("/x", http.HandlerFunc(h)).Methods("GET")

	c := chi.NewRouter()
	resource[int](c, "/generic", 1)
	resource(c, "/inferred", "x")
	c.With(nil).Route("/with", func(r chi.Router) { r.Get("/in", h) })
	uc := &UserController{}
	c.Get("/users", uc.Index)
	c.Group(func(r chi.Router) {
		pkg.Mount(r)
	})
	c.Mount("/", pkg.Home())
	http.ListenAndServe(":1", c)
	http.ListenAndServe(":2", r)
}

func h(w http.ResponseWriter, r *http.Request) {}

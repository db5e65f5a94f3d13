package todos

import (
	"fmt"
	"net/http"

	"github.com/go-chi/chi/v5"
)

type Resource struct{}

// Routes creates a REST router for the todos resource.
func (rs Resource) Routes() chi.Router {
	r := chi.NewRouter()
	r.Get("/", rs.List)
	r.Route("/{id}", rs.one)
	return r
}

func (rs Resource) one(r chi.Router) {
	r.Put("/", rs.List)
	r.Trace("/sync", rs.List)
}

func (rs Resource) List(w http.ResponseWriter, r *http.Request) {}

func Versions(r *chi.Mux, versions ...string) {
	for _, version := range versions {
		r.Route(fmt.Sprintf("/%s", version), func(r chi.Router) {
			r.Get("/version", nil)
		})
	}
}

type Sub interface{ Routes() chi.Router }

func MountAll(r chi.Router, subs map[string]Sub) {
	for path, sub := range subs {
		r.Mount(path, sub.Routes())
	}
	r.Get("/of-nobody", nil)
}

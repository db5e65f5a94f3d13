package admin

import (
	"net/http"

	"github.com/go-chi/chi/v5"
)

// Router is mounted by main.
func Router() http.Handler {
	r := chi.NewRouter()
	r.Get("/accounts", index)
	r.Mount("/users", users())
	return r
}

func users() chi.Router {
	r := chi.NewRouter()
	r.Get("/{userId}", index)
	return r
}

func index(w http.ResponseWriter, r *http.Request) {}

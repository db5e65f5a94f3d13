package pkg

import (
	"net/http"

	"github.com/go-chi/chi/v5"
)

type Paths struct{ Users string }

var P = Paths{Users: "/p-users"}

var (
	Base = "/base"
	Full = Base + "/full"
)

func Mount(r chi.Router) {
	r.Get(P.Users, nil)
	r.Post(Full, nil)
	r.Route("/nested", nested)
	var mw []func(http.Handler) http.Handler
	r.With(mw...).Delete("/with-list", nil)
	switch version := "v2"; version {
	case "v1":
		r.Get("/v1", nil)
	case "v2":
		r.Get("/v2", nil)
	}
}

func nested(r chi.Router) { r.Put("/put", nil) }

func Home() chi.Router {
	r := chi.NewRouter()
	r.Get("/home", nil)
	r.NotFound(nil)
	return r
}

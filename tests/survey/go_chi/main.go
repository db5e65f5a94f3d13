package main

import (
	"net/http"

	"example.org/todo/admin"
	"example.org/todo/todos"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

func main() {
	r := chi.NewRouter()
	r.Use(middleware.Logger)
	r.Get("/", root)
	r.Method("PUT", "/method", http.HandlerFunc(root))
	r.MethodFunc(http.MethodPatch, "/method-func", root)
	r.Handle("/handle/*", http.FileServer(http.Dir("x")))
	r.HandleFunc("POST /with-method", root)
	r.With(middleware.NoCache).Head("/with", root)

	r.Route("/articles", func(r chi.Router) {
		r.With(paginate).Get("/", root)
		r.Post("/", root)
		r.Get("/{slug:[a-z-]+}", root)
		r.Route("/{articleID}", func(r chi.Router) {
			r.Use(paginate)
			r.Get("/", root)
			r.Delete("/comments/{id:[0-9]{1,4}}:purge", root)
		})
	})
	r.Group(func(private chi.Router) {
		private.Use(paginate)
		private.Get("/private", root)
	})
	group := r.Group(nil)
	group.Options("/grouped", root)

	r.Mount("/admin", admin.Router())
	r.Mount("/todos", todos.Resource{}.Routes())
	r.Mount("/debug", middleware.Profiler())

	legacy := http.NewServeMux()
	legacy.HandleFunc("/legacy/ping", root)
	r.Mount("/legacy", legacy)

	stripped := chi.NewRouter()
	stripped.Get("/ping", root)
	r.Handle("/v0/*", http.StripPrefix("/v0", stripped))

	api := r.Route("/api", nil)
	api.Connect("/tunnel", root)
	todos.Versions(r, "v1", "v2")
	http.ListenAndServe(":3333", r)
}

func paginate(next http.Handler) http.Handler { return next }

func root(w http.ResponseWriter, r *http.Request) {}

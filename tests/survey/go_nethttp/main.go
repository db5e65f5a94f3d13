package main

import (
	"flag"
	"net/http"
	"time"

	"example.net/notes/internal/app"
	"example.net/notes/internal/legacy"
)

var prefix = flag.String("prefix", "/x", "prefix of all paths")

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("/", index)
	mux.HandleFunc("GET /{$}", index)
	mux.HandleFunc("GET /items/{id}", index)
	mux.Handle("DELETE /items/{id}", http.HandlerFunc(index))
	mux.Handle("/files/{path...}", http.FileServer(http.Dir(".")))
	mux.HandleFunc("example.com/of-host", index)
	mux.HandleFunc("POST  api.example.com/two", index)
	mux.HandleFunc(http.MethodPut+" /constant/{id}", index)
	mux.HandleFunc(*prefix+"/flagged", index)
	for pattern, handler := range map[string]http.HandlerFunc{
		"PATCH /in-map/{id}": index,
		"/in-map":            index,
	} {
		mux.HandleFunc(pattern, handler)
	}

	application := app.New()
	mux.Handle("/api/v1/", http.StripPrefix("/api/v1", application.Handler()))
	mux.Handle("/admin/", app.Auth(app.Admin()))
	legacy.Register()

	server := &http.Server{Addr: ":80", Handler: app.Logging(mux), ReadTimeout: time.Second}
	server.ListenAndServe()
}

func index(w http.ResponseWriter, r *http.Request) {
	http.Get("/inside")
}

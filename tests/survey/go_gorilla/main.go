package main

import (
	"log"
	"net/http"

	"github.com/acme/pets/api"
	"github.com/acme/pets/generated"
	"github.com/gorilla/handlers"
	"github.com/gorilla/mux"
)

func main() {
	r := mux.NewRouter().StrictSlash(true)
	r.HandleFunc("/", home)
	r.HandleFunc("/products", home).Methods("GET", http.MethodHead)
	r.HandleFunc("/articles/{category}/{id:[0-9]+}", home).Methods(http.MethodPost).Name("article")
	r.Handle("/handle", handlers.CompressHandler(http.HandlerFunc(home))).Methods("DELETE")
	r.Path("/path").HandlerFunc(home)
	r.Methods("PATCH").Path("/chain/{id}").Handler(http.HandlerFunc(home))
	r.NewRoute().Path("/new").Methods("PUT").HandlerFunc(home)
	r.Path("/queries").Queries("q", "{q}").
		HandlerFunc(home).
		Methods("GET")
	r.PathPrefix("/static/").Handler(http.StripPrefix("/static/", http.FileServer(http.Dir("d"))))
	r.Host("www.example.com").Path("/of-host").HandlerFunc(home)
	r.Headers("X-Requested-With", "XMLHttpRequest")

	get := r.Methods(http.MethodGet).Subrouter()
	get.HandleFunc("/of-get", home)
	get.Use(func(next http.Handler) http.Handler { return next })

	v1 := r.PathPrefix("/v1").Subrouter()
	v1.HandleFunc("/users", home).Methods("GET")
	nested := v1.PathPrefix("/users/{user}/").Subrouter()
	nested.HandleFunc("/pets", home).Methods("OPTIONS", "GET")
	a := &api.API{}
	a.Initialize()
	api.Attach(v1)
	r.PathPrefix("/generated").Handler(http.StripPrefix("/generated", generated.NewRouter()))

	log.Fatal(http.ListenAndServe(":8000", handlers.CORS()(r)))
}

func home(w http.ResponseWriter, r *http.Request) {}

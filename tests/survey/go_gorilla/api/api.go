package api

import (
	"net/http"

	"github.com/gorilla/mux"
)

// API has a router of its own, which wrappers fill.
type API struct {
	Router *mux.Router
}

func (a *API) Initialize() {
	a.Router = mux.NewRouter()
	a.setRouters()
}

func (a *API) setRouters() {
	a.Get("/projects", a.handle(list))
	a.Post("/projects/{title}", a.handle(list))
	a.Router.HandleFunc("/plain", list).Methods("GET")
}

// Get wraps the router for GET.
func (a *API) Get(path string, f func(w http.ResponseWriter, r *http.Request)) {
	a.Router.HandleFunc(path, f).Methods("GET")
}

func (a *API) Post(path string, f func(w http.ResponseWriter, r *http.Request)) {
	a.Router.HandleFunc(path, f).Methods("POST")
}

func (a *API) handle(f http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { f(w, r) }
}

func Attach(router *mux.Router) {
	const base = "/attached"
	sub := router.PathPrefix(base).Subrouter()
	sub.HandleFunc("", list).Methods("GET")
	sub.HandleFunc("/{id}", list).Methods(methods()...)
}

func methods() []string { return []string{"PUT", "PATCH"} }

func list(w http.ResponseWriter, r *http.Request) {}

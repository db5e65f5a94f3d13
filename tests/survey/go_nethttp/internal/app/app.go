package app

import "net/http"

type Application struct {
	mux *http.ServeMux
}

func New() *Application {
	a := &Application{mux: http.NewServeMux()}
	a.routes()
	return a
}

func (a *Application) Handler() http.Handler {
	return Logging(a)
}

func (a *Application) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mux.ServeHTTP(w, r)
}

func (a *Application) routes() {
	a.get("/notes", a.list)
	a.handle("POST", "/notes", a.list)
	a.mux.HandleFunc("GET /notes/{id}", a.list)
}

func (a *Application) get(path string, h http.HandlerFunc) {
	a.mux.Handle("GET "+path, h)
}

func (a *Application) handle(method, path string, handler http.HandlerFunc) {
	a.mux.HandleFunc(method+" "+path, func(w http.ResponseWriter, r *http.Request) {
		handler(w, r)
	})
}

func (a *Application) list(w http.ResponseWriter, r *http.Request) {}

// Admin is mounted as it is: its patterns are whole paths.
func Admin() http.Handler {
	admin := http.NewServeMux()
	admin.HandleFunc("GET /admin/users", func(w http.ResponseWriter, r *http.Request) {})
	return admin
}

func Logging(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(w, r) })
}

func Auth(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(w, r) })
}

package legacy

import "net/http"

const root = "/legacy"

func init() {
	http.HandleFunc(root+"/init", handle)
}

func Register() {
	http.Handle("/legacy/handle", http.HandlerFunc(handle))
	http.HandleFunc("/legacy/func/", handle)
	http.HandleFunc(read(), handle)
}

func read() string { return load() }

func handle(w http.ResponseWriter, r *http.Request) {}

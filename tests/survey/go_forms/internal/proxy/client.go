package proxy

import (
	"net/http"

	"github.com/acme/other/web"
	"github.com/go-resty/resty/v2"
)

// What calls others, and what is asked of a router of others.
func Call() {
	client := resty.New()
	client.R().Get("/not-a-route")
	client.Get("/neither", &struct{}{})
	http.Post("/nor-this", "application/json", nil)
	cache.Delete("/nor-that", 1)
	header.Add("/not", "this")
}

func Foreign(m *web.Router) {
	m.Get("/foreign", handle)
	m.Combo("/combo").Get(handle)
}

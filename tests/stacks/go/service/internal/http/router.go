package http

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/go-chi/httprate"

	"example.org/roomly/internal/auth"
	"example.org/roomly/internal/store"
)

type API struct {
	store  *store.Store
	tokens *auth.Tokens
	log    *slog.Logger
}

func NewRouter(s *store.Store, tokens *auth.Tokens, log *slog.Logger) http.Handler {
	a := &API{store: s, tokens: tokens, log: log}
	r := chi.NewRouter()
	r.Use(middleware.RequestID, middleware.Recoverer)

	r.Get("/healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
	})

	r.Route("/v1", func(r chi.Router) {
		r.With(httprate.LimitByIP(5, time.Minute)).Post("/login", a.login)
		r.Post("/users", a.signUp)
		r.Get("/rooms", a.listRooms)
		r.Delete("/rooms/{roomID}", a.deleteRoom)

		r.Group(func(r chi.Router) {
			r.Use(tokens.Require)
			r.Post("/rooms", a.createRoom)
			r.Get("/bookings", a.listBookings)
			r.Post("/bookings", a.createBooking)
			r.Patch("/bookings/{bookingID}", a.moveBooking)
			r.Delete("/bookings/{bookingID}", a.cancelBooking)
		})
	})
	return r
}

package http

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"example.org/roomly/internal/auth"
	"example.org/roomly/internal/store"
)

type bookingInput struct {
	RoomID   int64     `json:"room_id"`
	StartsAt time.Time `json:"starts_at"`
	EndsAt   time.Time `json:"ends_at"`
	Title    string    `json:"title"`
}

type bookingView struct {
	store.Booking
	Room store.Room `json:"room"`
}

func (a *API) listBookings(w http.ResponseWriter, r *http.Request) {
	bookings, err := a.store.BookingsOf(r.Context(), auth.UserID(r.Context()))
	if err != nil {
		a.fail(w, err)
		return
	}
	views := make([]bookingView, 0, len(bookings))
	for _, b := range bookings {
		room, err := a.store.Room(r.Context(), b.RoomID)
		if err != nil {
			a.fail(w, err)
			return
		}
		views = append(views, bookingView{Booking: b, Room: room})
	}
	respond(w, http.StatusOK, views)
}

func (a *API) createBooking(w http.ResponseWriter, r *http.Request) {
	var in bookingInput
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		http.Error(w, "body is not JSON", http.StatusBadRequest)
		return
	}
	b, err := a.store.CreateBooking(r.Context(), store.Booking{
		UserID: auth.UserID(r.Context()), RoomID: in.RoomID,
		StartsAt: in.StartsAt, EndsAt: in.EndsAt, Title: in.Title,
	})
	if errors.Is(err, store.ErrOverlap) {
		http.Error(w, "the room is taken", http.StatusConflict)
		return
	}
	if err != nil {
		a.fail(w, err)
		return
	}
	respond(w, http.StatusCreated, b)
}

func (a *API) moveBooking(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.ParseInt(chi.URLParam(r, "bookingID"), 10, 64)
	if err != nil {
		http.Error(w, "bad id", http.StatusBadRequest)
		return
	}
	var in bookingInput
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		http.Error(w, "body is not JSON", http.StatusBadRequest)
		return
	}
	if !in.EndsAt.After(in.StartsAt) {
		http.Error(w, "ends before it starts", http.StatusUnprocessableEntity)
		return
	}
	err = a.store.MoveBooking(r.Context(), auth.UserID(r.Context()), id, in.StartsAt, in.EndsAt)
	a.answer(w, err)
}

func (a *API) cancelBooking(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.ParseInt(chi.URLParam(r, "bookingID"), 10, 64)
	if err != nil {
		http.Error(w, "bad id", http.StatusBadRequest)
		return
	}
	a.answer(w, a.store.CancelBooking(r.Context(), auth.UserID(r.Context()), id))
}

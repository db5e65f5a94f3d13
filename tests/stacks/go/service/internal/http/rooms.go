package http

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"example.org/roomly/internal/auth"
	"example.org/roomly/internal/store"
)

func (a *API) listRooms(w http.ResponseWriter, r *http.Request) {
	rooms, err := a.store.Rooms(r.Context(), r.URL.Query().Get("sort"))
	if err != nil {
		a.fail(w, err)
		return
	}
	w.Header().Set("Cache-Control", "public, max-age=30")
	respond(w, http.StatusOK, rooms)
}

func (a *API) createRoom(w http.ResponseWriter, r *http.Request) {
	var room store.Room
	if err := json.NewDecoder(r.Body).Decode(&room); err != nil || room.Name == "" || room.Seats < 1 {
		http.Error(w, "a room needs a name and seats", http.StatusUnprocessableEntity)
		return
	}
	room, err := a.store.CreateRoom(r.Context(), room)
	if err != nil {
		a.fail(w, err)
		return
	}
	respond(w, http.StatusCreated, room)
}

func (a *API) deleteRoom(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.ParseInt(chi.URLParam(r, "roomID"), 10, 64)
	if err != nil {
		http.Error(w, "bad id", http.StatusBadRequest)
		return
	}
	a.answer(w, a.store.DeleteRoom(r.Context(), id))
}

type credentials struct {
	Email    string `json:"email"`
	Password string `json:"password"`
}

func (a *API) signUp(w http.ResponseWriter, r *http.Request) {
	var in credentials
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		http.Error(w, "body is not JSON", http.StatusBadRequest)
		return
	}
	hash, err := auth.HashPassword(in.Password)
	if err != nil {
		a.fail(w, err)
		return
	}
	id, err := a.store.CreateUser(r.Context(), in.Email, hash)
	if err != nil {
		a.fail(w, err)
		return
	}
	respond(w, http.StatusCreated, map[string]int64{"id": id})
}

func (a *API) login(w http.ResponseWriter, r *http.Request) {
	var in credentials
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		http.Error(w, "body is not JSON", http.StatusBadRequest)
		return
	}
	user, err := a.store.UserByEmail(r.Context(), in.Email)
	if err != nil || auth.CheckPassword(user.PasswordHash, in.Password) != nil {
		http.Error(w, auth.ErrWrongPassword.Error(), http.StatusUnauthorized)
		return
	}
	token, err := a.tokens.Issue(user.ID)
	if err != nil {
		a.fail(w, err)
		return
	}
	respond(w, http.StatusOK, map[string]string{"token": token})
}

func respond(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func (a *API) answer(w http.ResponseWriter, err error) {
	switch {
	case err == nil:
		w.WriteHeader(http.StatusNoContent)
	case errors.Is(err, store.ErrNotFound):
		http.Error(w, "no such thing", http.StatusNotFound)
	default:
		a.fail(w, err)
	}
}

func (a *API) fail(w http.ResponseWriter, err error) {
	a.log.Error("request failed", "err", err)
	http.Error(w, "internal error", http.StatusInternalServerError)
}

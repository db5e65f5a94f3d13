// Package store talks to PostgreSQL.
package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

var (
	ErrNotFound = errors.New("not found")
	ErrOverlap  = errors.New("overlaps another booking")
)

type Room struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Seats int    `json:"seats"`
}

type User struct {
	ID           int64
	Email        string
	PasswordHash string
}

type Booking struct {
	ID       int64     `json:"id"`
	UserID   int64     `json:"user_id"`
	RoomID   int64     `json:"room_id"`
	Title    string    `json:"title"`
	StartsAt time.Time `json:"starts_at"`
	EndsAt   time.Time `json:"ends_at"`
}

type Store struct{ pool *pgxpool.Pool }

func New(pool *pgxpool.Pool) *Store { return &Store{pool: pool} }

func (s *Store) Rooms(ctx context.Context, sort string) ([]Room, error) {
	if sort == "" {
		sort = "name"
	}
	query := fmt.Sprintf("SELECT id, name, seats FROM rooms ORDER BY %s", sort)
	rows, err := s.pool.Query(ctx, query)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Room])
}

func (s *Store) Room(ctx context.Context, id int64) (Room, error) {
	var room Room
	err := s.pool.QueryRow(ctx, "SELECT id, name, seats FROM rooms WHERE id = $1", id).
		Scan(&room.ID, &room.Name, &room.Seats)
	if errors.Is(err, pgx.ErrNoRows) {
		return room, ErrNotFound
	}
	return room, err
}

func (s *Store) CreateRoom(ctx context.Context, room Room) (Room, error) {
	err := s.pool.QueryRow(ctx, "INSERT INTO rooms (name, seats) VALUES ($1, $2) RETURNING id",
		room.Name, room.Seats).Scan(&room.ID)
	return room, err
}

func (s *Store) DeleteRoom(ctx context.Context, id int64) error {
	tag, err := s.pool.Exec(ctx, "DELETE FROM rooms WHERE id = $1", id)
	if err == nil && tag.RowsAffected() == 0 {
		return ErrNotFound
	}
	return err
}

func (s *Store) BookingsOf(ctx context.Context, userID int64) ([]Booking, error) {
	rows, err := s.pool.Query(ctx, `
		SELECT id, user_id, room_id, title, starts_at, ends_at
		FROM bookings WHERE user_id = $1 ORDER BY starts_at`, userID)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Booking])
}

func (s *Store) CreateBooking(ctx context.Context, b Booking) (Booking, error) {
	tx, err := s.pool.Begin(ctx)
	if err != nil {
		return b, err
	}
	defer tx.Rollback(ctx)

	var taken bool
	err = tx.QueryRow(ctx, `
		SELECT EXISTS (SELECT 1 FROM bookings
		WHERE room_id = $1 AND starts_at < $3 AND ends_at > $2)`,
		b.RoomID, b.StartsAt, b.EndsAt).Scan(&taken)
	if err != nil {
		return b, err
	}
	if taken {
		return b, ErrOverlap
	}
	err = tx.QueryRow(ctx, `
		INSERT INTO bookings (user_id, room_id, title, starts_at, ends_at)
		VALUES ($1, $2, $3, $4, $5) RETURNING id`,
		b.UserID, b.RoomID, b.Title, b.StartsAt, b.EndsAt).Scan(&b.ID)
	if err != nil {
		return b, err
	}
	return b, tx.Commit(ctx)
}

func (s *Store) MoveBooking(ctx context.Context, userID, id int64, start, end time.Time) error {
	tag, err := s.pool.Exec(ctx,
		"UPDATE bookings SET starts_at = $3, ends_at = $4 WHERE id = $1 AND user_id = $2",
		id, userID, start, end)
	if err == nil && tag.RowsAffected() == 0 {
		return ErrNotFound
	}
	return err
}

func (s *Store) CancelBooking(ctx context.Context, userID, id int64) error {
	tag, err := s.pool.Exec(ctx, "DELETE FROM bookings WHERE id = $1 AND user_id = $2", id, userID)
	if err == nil && tag.RowsAffected() == 0 {
		return ErrNotFound
	}
	return err
}

func (s *Store) CreateUser(ctx context.Context, email, hash string) (int64, error) {
	var id int64
	err := s.pool.QueryRow(ctx,
		"INSERT INTO users (email, password_hash) VALUES ($1, $2) RETURNING id", email, hash).Scan(&id)
	return id, err
}

func (s *Store) UserByEmail(ctx context.Context, email string) (User, error) {
	var u User
	err := s.pool.QueryRow(ctx, "SELECT id, email, password_hash FROM users WHERE email = $1", email).
		Scan(&u.ID, &u.Email, &u.PasswordHash)
	return u, err
}

// IsUnique tells whether an error is a violated unique constraint.
func IsUnique(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "23505"
}

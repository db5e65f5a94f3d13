package main

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.org/roomly/internal/auth"
	"example.org/roomly/internal/config"
	api "example.org/roomly/internal/http"
	"example.org/roomly/internal/store"
)

func main() {
	log := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	cfg := config.Load()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	pool, err := pgxpool.New(ctx, cfg.DatabaseURL)
	if err != nil {
		log.Error("connecting", "err", err)
		os.Exit(1)
	}
	defer pool.Close()

	server := &http.Server{
		Addr:    cfg.Addr,
		Handler: api.NewRouter(store.New(pool), auth.NewTokens(cfg.JWTSecret), log),
	}
	go func() {
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_ = server.Shutdown(grace)
	}()

	log.Info("listening", "addr", cfg.Addr)
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		log.Error("serving", "err", err)
		os.Exit(1)
	}
}

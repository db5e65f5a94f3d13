// Package config reads what differs between environments.
package config

import "os"

type Config struct {
	Addr        string
	DatabaseURL string
	JWTSecret   []byte
}

func Load() Config {
	return Config{
		Addr:        env("ROOMLY_ADDR", ":8080"),
		DatabaseURL: env("DATABASE_URL", "postgres://localhost/roomly?sslmode=disable"),
		JWTSecret:   []byte(env("JWT_SECRET", "roomly-dev-secret-4711")),
	}
}

func env(name, fallback string) string {
	if value, ok := os.LookupEnv(name); ok {
		return value
	}
	return fallback
}

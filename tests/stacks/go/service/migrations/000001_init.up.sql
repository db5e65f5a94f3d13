CREATE TABLE users (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email         text        NOT NULL UNIQUE,
    password_hash text        NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE rooms (
    id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name  varchar(80) NOT NULL UNIQUE,
    seats integer     NOT NULL DEFAULT 4 CHECK (seats > 0)
);

CREATE TABLE bookings (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id   bigint      NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    room_id   bigint      NOT NULL REFERENCES rooms (id),
    title     text,
    starts_at timestamptz NOT NULL,
    ends_at   timestamptz NOT NULL
);

CREATE INDEX idx_bookings_user_starts ON bookings (user_id, starts_at);

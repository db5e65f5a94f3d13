CREATE TABLE links (
    id         BIGSERIAL PRIMARY KEY,
    slug       VARCHAR(32) NOT NULL UNIQUE,
    target     TEXT        NOT NULL,
    account_id BIGINT      NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    expires_at TIMESTAMPTZ
);

CREATE INDEX links_account_created ON links (account_id, created_at DESC);

CREATE TABLE clicks (
    id         BIGSERIAL PRIMARY KEY,
    link_id    BIGINT      NOT NULL REFERENCES links (id) ON DELETE CASCADE,
    referrer   TEXT,
    clicked_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

-- +goose Up
CREATE TABLE posts (id int PRIMARY KEY, title text NOT NULL);
ALTER TABLE posts ADD COLUMN body text;

-- +goose Down
DROP TABLE posts;

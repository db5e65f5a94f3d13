CREATE TABLE tags (
    link_id BIGINT NOT NULL,
    label   VARCHAR(40) NOT NULL,
    UNIQUE (link_id, label)
);

CREATE TABLE room_equipment (
    room_id bigint NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    kind    text   NOT NULL,
    amount  smallint NOT NULL DEFAULT 1,
    PRIMARY KEY (room_id, kind)
);

ALTER TABLE rooms ADD COLUMN floor integer;

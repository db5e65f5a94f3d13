create table damage_claims (
    id         uuid primary key,
    parcel_id  bigint         not null unique references parcels (id),
    amount     numeric(10, 2) not null,
    note       text,
    settled    boolean        not null default false
);

alter table parcels add column delivered_at timestamp with time zone;

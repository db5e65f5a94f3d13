create table couriers (
    id            bigserial primary key,
    login         varchar(60)  not null unique,
    password_hash varchar(100) not null,
    active        boolean      not null default true
);

create table parcels (
    id          bigserial primary key,
    code        char(12)      not null,
    courier_id  bigint        references couriers (id),
    recipient   varchar(200)  not null,
    weight_kg   numeric(6, 2) not null check (weight_kg > 0),
    status      varchar(20)   not null default 'HANDED_IN',
    created_at  timestamp with time zone not null default now(),
    constraint uq_parcels_code unique (code)
);

create table scans (
    id         bigserial primary key,
    parcel_id  bigint       not null references parcels (id) on delete cascade,
    place      varchar(120) not null,
    scanned_at timestamp with time zone not null default now()
);

create index idx_scans_parcel on scans (parcel_id, scanned_at);

"""Facts of columns in the typed fields and in `constraints`, and lies about them."""

from __future__ import annotations

from typing import Any

from tests.paraphrases.statement import Statement, each, of_column

YES, NO = True, False


def ways(where: str, fact: str, *values: Any) -> list[Statement]:
    return [of_column(where, **{fact: value}) for value in values]


def words(where: str, text: str) -> list[Statement]:
    return ways(where, "constraints", *each(text))


TRUE: dict[str, list[Statement]] = {
    "type": [
        *ways("users.email", "type", *each("""
            text | TEXT | Text | string | String | str | varchar | VARCHAR(255) | citext
            character varying(255) | text (unlimited) | String(255) | sa.Text | sqlalchemy.Text()
            Zeichenkette | texto | chaîne de caractères | 文本 | text NOT NULL | text, unique
        """)),
        *ways("users.created_at", "type", *each("""
            timestamptz | TIMESTAMPTZ(6) | timestamp with time zone | timestamp | datetime
            DateTime | datetime.datetime | time.Time | java.time.OffsetDateTime | Date
            java.time.Instant | java.util.Date | java.sql.Timestamp | date-time | Zeitstempel
            date | time | datetime2(7) | timestamp(6) | timestamp(3) with time zone
        """)),
        *ways("orders.user_id", "type", *each("""
            bigint | BIGINT | int8 | BigInteger | bigserial | big int | int64 | i64 | long
            integer (64 bit) | number | sa.BigInteger | bigint unsigned | bigint -> users.id
            int | integer | INTEGER | Integer | int4 | smallint | Number | numeric | serial
        """)),
        *ways("posts.created_at", "type", *each("TIMESTAMP(3) | DateTime | Date | datetime")),
        *ways("posts.id", "type", *each("String | TEXT | string (uuid) | text / uuid")),
    ],
    "nullable": [
        *ways("users.email", "nullable", NO),
        *ways("posts.title", "nullable", NO),
        *ways("users.id", "nullable", NO),
        *ways("orders.note", "nullable", YES),
        *words("orders.note", "null | NULL | nullable | NULLABLE | optional | darf NULL sein"),
        *words("users.email", """
            NOT NULL | not  null | Not Null | unique not null | NOT NULL UNIQUE | not null; unique
            nullable: false | nullable = no | darf nicht NULL sein | non nul | no nulo | обязательно
            not empty, null, or blank | never empty, NULL | neither empty, nor null | 不能为空
            NOT NULL (an empty string instead of NULL) | rejects blank; and null | NULL not allowed
            no default, null is rejected | non-nullable
        """),
        of_column("users.email", constraints="must never be\nNULL"),
        of_column("users.email", constraints=["NOT NULL", "UNIQUE"]),
    ],
    "primary_key": [
        *ways("users.id", "primary_key", YES),
        *ways("users.email", "primary_key", NO),
        *ways("posts.id", "primary_key", YES),
        *ways("posts.title", "primary_key", NO),
        *words("users.id", """
            PRIMARY KEY | primary key | Primary  Key | primary key not null | unique primary key
            PRIMARY KEY, identity | primary key; not null | Primärschlüssel | clé primaire | PK
        """),
        *words("users.email", """
            not the primary key | no key of any kind, primary key | never a primary key
            alternate key | natural key (not primary)
            kein Primärschlüssel | candidate key, not primary key
            unique, but id is the primary key | not a key: neither foreign nor, primary key
            primary key: no | primary key = false
        """),
    ],
    "unique": [
        *ways("users.email", "unique", YES),
        *ways("users.name", "unique", NO),
        *ways("users.id", "unique", YES, NO),  # it is the primary key's
        *ways("authors.email", "unique", YES),
        *ways("posts.title", "unique", NO),
        *words("users.email", """
            unique | UNIQUE | Unique | not null unique | unique, not null | eindeutig | único
            UNIQUE (email) | unique index | unique per user
        """),
        *words("users.name", """
            not unique | unique: no | is not, alas, unique | nicht eindeutig | no es único
            unique together with email | neither indexed, nor checked, unique | non-unique
            UNIQUE (name, email) is missing
        """),
        of_column("users.name", constraints="names need not be\nunique"),
    ],
    "references": [
        *ways("orders.user_id", "references", *each("""
            users | users.id | users(id) | users (id) | public.users | public.users.id | USERS
            public.users(id) | "users" | "users"("id") | "public"."users"("id") | `users`.`id`
            [users] | users.ID | User | User.id | user | users (id) ON DELETE RESTRICT | users → id
            users.id (restrict) | users.id ON DELETE RESTRICT | users.id, NOT NULL | Benutzer: users
            the table users | FK users(id) | dbo.users | users:id | mydb.public.users(id)
        """)),
        *ways("posts.author_id", "references", *each("""
            authors | authors.id | Author | Author.id | "authors"("id") | Author (id)
        """)),
        *ways("users.name", "references", *each("none | None | null | - | n/a | no | nothing")),
        *words("orders.user_id", """
            references users(id) | REFERENCES public.users (id) ON DELETE RESTRICT
            references users | references USERS(ID)
            references "users" ("id") | references public.users | references the user who ordered
            FOREIGN KEY (user_id) REFERENCES users (id) | fremdschlüssel auf users
        """),
    ],
    "default": [
        *ways("users.created_at", "default", *each("""
            now() | NOW() | CURRENT_TIMESTAMP | now | current_timestamp | the time of insertion
            transaction_timestamp() | (now()) | `now()` | "now()" | 'now()' | func.now() | jetzt
            now()::timestamptz | datetime.utcnow | CURRENT_TIMESTAMP(6) | server time | sysdate
        """)),
        *ways("posts.id", "default", *each("""
            uuid() | uuid | uuid4 | uuid_generate_v4() | uuid_generate_v4 | gen_random_uuid()
            cuid-like | a UUID
        """)),
        *ways("users.email", "default", "null", "none", "NULL", "None"),
        *words("users.created_at", "default now() | DEFAULT now() not null | default: the time"),
    ],
}  # fmt: skip

FALSE: dict[str, list[Statement]] = {
    "type": [
        *ways("users.email", "type", *each("integer | BIGINT | uuid | boolean | jsonb | date")),
        *ways("orders.user_id", "type", *each("text | uuid | VARCHAR(36) | timestamptz")),
        *ways("users.created_at", "type", *each("text | bigint | boolean | uuid")),
        *ways("posts.title", "type", *each("Int | Boolean | DateTime")),
    ],
    "nullable": [
        *ways("users.email", "nullable", YES),
        *ways("users.id", "nullable", YES),
        *ways("orders.note", "nullable", NO),
        *ways("posts.title", "nullable", YES),
        *words("users.email", "null | NULL | nullable | unique null | NULL, lower case"),
        *words("orders.note", "not null | NOT NULL | NOT NULL, free text"),
    ],
    "primary_key": [
        *ways("users.id", "primary_key", NO),
        *ways("users.email", "primary_key", YES),
        *ways("orders.user_id", "primary_key", YES),
        *ways("order_items.order_id", "primary_key", YES),
        *ways("posts.id", "primary_key", NO),
        *ways("posts.title", "primary_key", YES),
        *ways("authors.email", "primary_key", YES),
        *words("users.email", "primary key | PRIMARY KEY | primary key not null"),
    ],
    "unique": [
        *ways("users.email", "unique", NO),
        *ways("users.name", "unique", YES),
        *ways("orders.user_id", "unique", YES),
        *ways("order_items.product_id", "unique", YES),
        *ways("authors.email", "unique", NO),
        *ways("posts.title", "unique", YES),
        *ways("comments.text", "unique", YES),
        *words("users.name", "unique | UNIQUE | not null unique"),
    ],
    "references": [
        *ways("orders.user_id", "references", *each("""
            orders | accounts | orders.id | products(id) | users.email | public.orders(id)
        """)),
        *ways("users.name", "references", "orders", "orders(id)"),
        *ways("posts.author_id", "references", "posts", "comments.id"),
        *words("orders.user_id", "references orders(id) | references accounts (id)"),
    ],
    "default": [
        *ways("users.created_at", "default", 0, "0", "'never'", "1970"),
        *ways("posts.created_at", "default", 0, "'never'"),
        *ways("users.email", "default", "'nobody'", "unknown"),
        *ways("orders.status", "default", "'open'", "open", 1),
        *words("orders.status", "default 'open' | not null default 'open'"),
    ],
}  # fmt: skip

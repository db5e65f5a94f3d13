"""Names of tables and columns, indexes and relations as reports write them, and lies."""

from __future__ import annotations

from typing import Any

from tests.paraphrases.statement import Statement, each, of_column, of_table


def names(table: str, text: str) -> list[Statement]:
    return [of_table(table, way) for way in each(text)]


def columns(table: str, text: str) -> list[Statement]:
    return [of_column(f"{table}.{way}") for way in each(text)]


def index(table: str, listed: Any, **parts: Any) -> Statement:
    return of_table(table, indexes=[{"name": None, "columns": listed, **parts}])


def relation(table: str, other: Any, **parts: Any) -> Statement:
    row = {"type": "MANY_TO_ONE", "related_table": other, **parts}
    return of_table(table, relationships=[row])


TRUE: dict[str, list[Statement]] = {
    "table": [
        *names("users", """
            users | USERS | Users | "users" | `users` | [users] | public.users | "public"."users"
            [dbo].[users] | users (accounts) | User | user | table users | la tabla users | users[]
            public."users" | users table | 'users' | die Tabelle users | mydb.public.users
        """),
        *names("order_items", "OrderItem | orderItems | order-items | OrderItems | order_item"),
        *names("posts", 'posts | Post | Post (posts) | "posts" | public.posts'),
    ],
    "column": [
        *columns("orders", """
            user_id | USER_ID | userId | "user_id" | `user_id` | [user_id] | orders.user_id
            user_id (FK) | public.orders.user_id | user_id* | user_id (bigint) | UserId | user-id
            orders."user_id" | user_id, status | the user | user_id → users.id | columna user_id
            note | note (002) | id / created_at | (all others)
        """),
        *columns("posts", "authorId | author_id | createdAt | created_at | posts.title | id"),
    ],
    "index": [
        *(index("orders", ["user_id"], name=name) for name in (
            None, "ix_orders_user_id", "IX_ORDERS_USER_ID", "unnamed", "orders_user_id_idx", "—",
            "public.ix_orders_user_id", "(user_id)", "idx on user_id",
        )),
        *(index("orders", [column]) for column in (
            "USER_ID", "userId", '"user_id"', "`user_id`", "orders.user_id", "user_id ASC",
            "user_id DESC NULLS LAST", "user_id (btree)", "lower(status)",
        )),
        index("users", ["id"], name="users_pkey", unique=True),
        index("users", ["email"], name="users_email_key", unique=True),
        index("users", ["id"], unique=False),
        index("authors", ["email"], name="authors_email_key", unique=True),
        index("posts", ["authorId"], name="posts_author"),
        index("posts", ["author_id"], unique=False),
    ],
    "relationship": [
        *(relation("orders", other, foreign_key="user_id") for other in each("""
            users | USERS | Users | "users" | `users` | public.users | users(id) | users.id | User
            user | [users] | the user | Benutzer (users) | public.users(id) | usuarios: users
            "public"."users" | users (N:1) | users → id
        """)),
        relation("users", "orders", type="ONE_TO_MANY"),
        relation("orders", "order_items", type="ONE_TO_MANY", foreign_key="order_id"),
        relation("orders", "users", foreign_key="orders.user_id"),
        relation("orders", "users", foreign_key="user_id -> users.id"),
        relation("posts", "authors"),
        relation("posts", "Author", foreign_key="authorId"),
        relation("comments", "Post", foreign_key="post_id"),
    ],
}  # fmt: skip

FALSE: dict[str, list[Statement]] = {
    "table": [
        *names("users", "accounts | invoices | `accounts` | public.invoices | payments"),
        *names("orders", 'purchases | baskets | "baskets"'),
        *names("posts", "articles | entries | public.articles"),
    ],
    "column": [
        *columns("orders", "total | price | customer_id | `total` | orders.total | email"),
        *columns("users", "password | age | public.users.age | status"),
        *columns("posts", "slug | rating"),
    ],
    "index": [
        index("orders", ["status"]),
        index("orders", ["created_at"]),
        index("orders", ["user_id", "status"]),
        index("orders", ["user_id"], unique=True),
        index("users", ["name"]),
        index("users", ["created_at", "email"]),
        index("users", ["email"], unique=False),
        index("order_items", ["order_id"]),
        index("order_items", ["product_id"], name="ix_product"),
        index("posts", ["title"], name="posts_title"),
        index("authors", ["email"], unique=False),
        index("posts", ["author_id"], unique=True),
    ],
    "relationship": [
        *(relation("orders", other) for other in ("phantoms", "`ghosts`", "public.ghosts")),
        *(relation("orders", other, foreign_key="user_id") for other in (
            "order_items", "ghosts", "public.order_items", "products",
        )),
        relation("order_items", "users", foreign_key="order_id"),
        relation("posts", "comments", foreign_key="author_id"),
        relation("comments", "authors", foreign_key="post_id"),
    ],
}  # fmt: skip

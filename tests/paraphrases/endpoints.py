"""Endpoints, their statuses and flags as reports write them, and lies."""

from __future__ import annotations

from typing import Any

from tests.paraphrases.statement import Statement, each, of_endpoint

YES, NO = True, False

SHOW = "python app/users.py:30-31"
CREATE = "python app/users.py:18-19"
BODY = "python app/users.py:20-27"
CANCEL = "python app/orders.py:52-53"
POST = "typescript src/routes/posts.ts:27"
ADD = "typescript src/routes/posts.ts:21-25"
COMMENT = "typescript src/routes/comments.ts:12"
SHOWN = """
    GET /api/v1/users/{user_id} | GET /api/v1/users/:user_id | GET /api/v1/users/<user_id>
    GET /api/v1/users/<int:user_id> | GET /api/v1/users/{id} | GET /api/v1/users/{user_id}/
    GET /api/v1/users/[user_id] | GET /api/v1/users/$user_id | GET /api/v1/users/{userId}
    GET /api/v1/users/{user_id:int} | GET /API/v1/users/{user_id} | GET /api/v1/users/*
    GET /api/v1/users/(?P<user_id>[0-9]+) | GET /api/v1/users/{user_id}?full=1
    GET /api/v1/users/{user-id} | GET /api/v1/users/(:user_id) | GET /api/v1/users/#{user_id}
    HEAD /api/v1/users/{user_id} | GET /api/v1/users/${userId} | GET /api/v1/users/{Benutzer}
"""
POSTED = "POST /api/v1/users | POST /api/v1/users/ | POST /API/V1/USERS | POST /api/v1/users?x=1"


def flagged(flag: str, value: Any) -> list[Statement]:
    return [of_endpoint(SHOW, way, **{flag: value}) for way in each(SHOWN)]


def answering(where: str, text: str, status: int) -> list[Statement]:
    return [
        of_endpoint(where, way, response_format={"success_status": status}) for way in each(text)
    ]


OPEN = (
    (CANCEL, "DELETE /api/v1/orders/{order_id}"),
    (CREATE, "POST /api/v1/users"),
    (BODY, "POST /api/v1/users"),
    (POST, "GET /api/v1/posts/:postId"),
    ("typescript src/app.ts:12-14", "GET /healthz"),
)
GUARDED = (
    (COMMENT, "POST /api/v1/posts/:postId/comments"),
    (COMMENT, "POST /api/v1/posts/{post}/comments"),
    (ADD, "POST /api/v1/posts"),
)


def asking(where: str, text: str, *, asks: bool) -> Statement:
    return of_endpoint(where, text, requires_auth=asks)


TRUE: dict[str, list[Statement]] = {
    "endpoint": [
        *(of_endpoint(SHOW, way) for way in each(SHOWN)),
        *(of_endpoint(CREATE, way) for way in each(POSTED)),
        of_endpoint(BODY, "POST /api/v1/users"),
        *(
            of_endpoint(POST, way)
            for way in each("""
            GET /api/v1/posts/:postId | GET /api/v1/posts/{postId} | GET /api/v1/posts/{id}/
        """)
        ),
        of_endpoint(COMMENT, "POST /api/v1/posts/:postId/comments"),
        of_endpoint(COMMENT, "POST /api/v1/posts/{post}/comments/"),
        of_endpoint("typescript src/app.ts:12-14", "GET /healthz"),
    ],
    "success_status": [
        *answering(SHOW, SHOWN, 200),
        *answering(CREATE, POSTED, 201),
        *answering(CANCEL, "DELETE /api/v1/orders/{order_id} | DELETE /api/v1/orders/:id", 204),
        *answering(ADD, "POST /api/v1/posts", 201),
    ],
    "requires_auth": [
        *flagged("requires_auth", YES),
        *(asking(where, way, asks=NO) for where, way in OPEN),
        *(asking(where, way, asks=YES) for where, way in GUARDED),
    ],
    "rate_limited": [*flagged("rate_limited", NO), *flagged("rate_limited", YES)],
    "cached": [*flagged("cached", NO), *flagged("cached", YES)],
}

FALSE: dict[str, list[Statement]] = {
    "requires_auth": [
        *flagged("requires_auth", NO),
        *(asking(where, way, asks=YES) for where, way in OPEN),
        *(asking(where, way, asks=NO) for where, way in GUARDED),
    ],
    "endpoint": [
        *(
            of_endpoint(SHOW, way)
            for way in each("""
            POST /api/v1/users/{user_id} | DELETE /api/v1/users/:user_id | GET /api/v1/orders/{id}
            GET /api/v1/users/{user_id}/orders | PATCH /api/v1/users/<user_id>
        """)
        ),
        of_endpoint(CREATE, "PUT /api/v1/users"),
        of_endpoint(BODY, "GET /api/v1/users"),
        *(
            of_endpoint(POST, way)
            for way in each("""
            PUT /api/v1/posts/:postId | GET /api/v1/articles/{id} | GET /api/v1/posts/{id}/likes
        """)
        ),
        of_endpoint(COMMENT, "DELETE /api/v1/posts/:postId/comments"),
        of_endpoint("typescript src/app.ts:12-14", "POST /healthz"),
    ],
    "success_status": [
        *(row for status in (200, 202, 204) for row in answering(CREATE, POSTED, status)),
        *answering(CANCEL, "DELETE /api/v1/orders/{order_id} | DELETE /api/v1/orders/:id", 200),
    ],
}

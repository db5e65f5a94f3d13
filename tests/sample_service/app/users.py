"""Users: sign-up and profile."""

from fastapi import APIRouter, Depends
from pydantic import BaseModel, EmailStr

from app.auth import current_user
from app.db import pool
from app.errors import ServiceError

router = APIRouter(prefix="/users", tags=["users"])


class NewUser(BaseModel):
    email: EmailStr
    name: str


@router.post("", status_code=201)
async def create_user(user: NewUser) -> dict[str, int]:
    database = await pool()
    known = await database.fetchval("SELECT id FROM users WHERE email = $1", user.email)
    if known:
        raise ServiceError(409, "EMAIL_TAKEN", "this e-mail has an account")
    new_id = await database.fetchval(
        "INSERT INTO users (email, name) VALUES ($1, $2) RETURNING id", user.email, user.name
    )
    return {"id": new_id}


@router.get("/{user_id}")
async def get_user(user_id: int, caller: int = Depends(current_user)) -> dict[str, object]:
    if caller != user_id:
        raise ServiceError(403, "FORBIDDEN", "only your own profile")
    row = await (await pool()).fetchrow("SELECT id, email, name FROM users WHERE id = $1", user_id)
    if row is None:
        raise ServiceError(404, "NO_SUCH_USER", "no such user")
    return dict(row)

"""Orders: listing, placing, cancelling."""

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from app.auth import current_user
from app.db import pool
from app.errors import ServiceError
from app.mail import send_receipt

router = APIRouter(prefix="/orders", tags=["orders"])


class Item(BaseModel):
    product_id: int
    quantity: int


class NewOrder(BaseModel):
    items: list[Item]


@router.get("")
async def list_orders(caller: int = Depends(current_user)) -> list[dict[str, object]]:
    database = await pool()
    orders = await database.fetch("SELECT * FROM orders WHERE user_id = $1", caller)
    result = []
    for order in orders:
        items = await database.fetch("SELECT * FROM order_items WHERE order_id = $1", order["id"])
        result.append({**order, "items": [dict(item) for item in items]})
    return result


@router.post("", status_code=201)
async def place_order(order: NewOrder, caller: int = Depends(current_user)) -> dict[str, int]:
    database = await pool()
    async with database.acquire() as connection, connection.transaction():
        order_id = await connection.fetchval(
            "INSERT INTO orders (user_id, status) VALUES ($1, 'open') RETURNING id", caller
        )
        for item in order.items:
            await connection.execute(
                "INSERT INTO order_items (order_id, product_id, quantity) VALUES ($1, $2, $3)",
                order_id,
                item.product_id,
                item.quantity,
            )
    await send_receipt(caller, order_id)
    return {"id": order_id}


@router.delete("/{order_id}", status_code=204)
async def cancel_order(order_id: int) -> None:
    done = await (await pool()).execute(
        "UPDATE orders SET status = 'cancelled' WHERE id = $1 AND status = 'open'", order_id
    )
    if done == "UPDATE 0":
        raise ServiceError(404, "NO_SUCH_ORDER", "no open order of that id")

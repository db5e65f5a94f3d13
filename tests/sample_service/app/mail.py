"""Receipts by e-mail, through the mail provider's HTTP interface."""

import os

import httpx


async def send_receipt(user_id: int, order_id: int) -> None:
    async with httpx.AsyncClient(base_url=os.environ["MAIL_URL"]) as client:
        answer = await client.post("/messages", json={"user": user_id, "order": order_id})
        answer.raise_for_status()

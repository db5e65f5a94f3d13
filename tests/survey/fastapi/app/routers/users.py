from fastapi import APIRouter

router = APIRouter()
nested = APIRouter()


@nested.put("/{user_id}/name")
async def rename(user_id: int): ...


@router.websocket("/live")
async def live(socket): ...


router.include_router(nested)

from fastapi import APIRouter, Depends, status

from ..deps import CurrentUser, get_current_user
from ..models import Item, Made

router = APIRouter(prefix="/items")


@router.get("/", response_model=list[Item])
def list_items(): ...


@router.post("", status_code=status.HTTP_201_CREATED)
def make(item: Item, user: CurrentUser) -> Made: ...


@router.api_route(
    "/{item_id:path}",
    methods=["GET", "HEAD"],
    dependencies=[Depends(get_current_user)],
)
def read(item_id: str): ...


def remove(item_id: str): ...


router.add_api_route("/{item_id}", remove, methods=["DELETE"], status_code=204)

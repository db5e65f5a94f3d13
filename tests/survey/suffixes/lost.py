from fastapi import APIRouter

from elsewhere import prefix

router = APIRouter(prefix=prefix())


@router.get("/known")
def known(): ...

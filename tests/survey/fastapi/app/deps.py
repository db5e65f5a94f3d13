from typing import Annotated

from fastapi import Depends, Header, HTTPException


def get_current_user(key: str | None = Header(None)):
    if key is None:
        raise HTTPException(status_code=401)


CurrentUser = Annotated[object, Depends(get_current_user)]

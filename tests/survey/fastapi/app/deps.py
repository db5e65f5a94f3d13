from typing import Annotated

from fastapi import Depends


def get_current_user(): ...


CurrentUser = Annotated[object, Depends(get_current_user)]

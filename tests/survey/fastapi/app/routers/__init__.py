from . import items
from .users import router as users_router

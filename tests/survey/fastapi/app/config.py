from pydantic import Field
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    API_V1: str = "/api/v1"
    admin_prefix: str = Field(default="/admin")


settings = Settings()

import os

import httpx
from celery import Celery
from pydantic_settings import BaseSettings

KEY = os.environ["STRIPE_KEY"]
MODE = os.getenv("APP_MODE", "secret-default")
# os.environ["COMMENTED_OUT"]


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SHOP_")
    database_url: str = "postgres://me:hunter2@db/shop"


def pay() -> None:
    httpx.post("https://user:hunter2@api.stripe.com:8443/v1?key=hunter2")
    print("https://docs.example.org/never-called")

from django.urls import path

from shop.items import ItemDetailAPI, ItemListAPI

urlpatterns = [
    path("items/", ItemListAPI.as_view()),
    path("items/<uuid:pk>/", ItemDetailAPI.as_view()),
]

from django.contrib.auth.decorators import login_required
from django.urls import path
from rest_framework import routers

from . import api, views

router = routers.DefaultRouter()
router.register("items", api.ItemViewSet)
router.register(r"logs", api.LogViewSet, basename="log")

urlpatterns = [
    path("new/", login_required(views.Make.as_view())),
    path("raw", api.raw),
    path("lists/", api.Lists.as_view()),
    path("map/", api.LogViewSet.as_view({"get": "list"})),
] + router.urls

from django.urls import include, path, re_path
from rest_framework.routers import DefaultRouter

from . import views

router = DefaultRouter()
router.register(r"tags", views.TagViewSet)
PREFIX = "/media/"

urlpatterns = [
    re_path(
        r"^api/",
        include(
            [
                path("status/", views.status),
                path(PREFIX.strip("/"), views.status),
                path("{0}/{1}/".format("by", "number"), views.status),
                *router.urls,
            ]
        ),
    ),
]

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path

from shop import views

urlpatterns = [
    path("admin/", admin.site.urls),
    path("shop/", include("shop.urls")),
    re_path(r"^orders/(?P<year>[0-9]{4})/$", views.by_year),
    path(
        "api/",
        include(
            [
                path("ping", views.ping),
            ]
        ),
    ),
]
urlpatterns += [path("late/<slug:name>/", views.Detail.as_view())]

from django.contrib.admin.views.decorators import staff_member_required
from django.urls import include, path
from rest_framework.routers import SimpleRouter
from shop import views

router = SimpleRouter()
router.register("items", views.Items)
router.register("logs", views.Logs)
urlpatterns = [
    path("login/", views.login),
    path("account/", views.account),
    path("orders/", views.Orders.as_view()),
    path("reports/", views.Reports.as_view()),
    path("notes/", views.Notes.as_view()),
    path("authors/", views.Authors.as_view()),
    path("staff/", staff_member_required(views.Authors.as_view())),
    path("by-settings/", views.by_settings),
    path("sign-up/", views.sign_up),
    path("api/", include(router.urls)),
]

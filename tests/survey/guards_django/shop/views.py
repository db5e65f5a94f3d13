from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.utils.decorators import method_decorator
from django.views import View
from rest_framework.decorators import action, api_view, permission_classes
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticatedOrReadOnly
from rest_framework.viewsets import ModelViewSet


def login(request):
    return JsonResponse({})


@login_required
def account(request):
    return JsonResponse({})


class Orders(LoginRequiredMixin, View):
    def get(self, request):
        return JsonResponse({})


class StaffOnly(View):
    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_staff:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class Reports(StaffOnly):
    def get(self, request):
        return JsonResponse({})


@method_decorator(login_required, name="dispatch")
class Notes(View):
    def post(self, request):
        return JsonResponse({})


class Authors(View):
    """Its name begins with auth."""

    def get(self, request):
        return JsonResponse({})


class IsOwner(BasePermission):
    def has_permission(self, request, view):
        return bool(request.user and request.user.is_owner)


@api_view(["GET"])
def by_settings(request):
    return JsonResponse({})


@api_view(["POST"])
@permission_classes([AllowAny])
def sign_up(request):
    return JsonResponse({})


class Items(ModelViewSet):
    permission_classes = [IsAuthenticatedOrReadOnly]
    http_method_names = ["get", "post"]

    @action(detail=True, methods=["post"], permission_classes=[IsOwner])
    def publish(self, request, pk=None):
        return JsonResponse({})

    @action(detail=False, permission_classes=[AllowAny | IsOwner])
    def recent(self, request):
        return JsonResponse({})


class Logs(ModelViewSet):
    http_method_names = ["get"]

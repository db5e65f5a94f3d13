from rest_framework import generics, mixins, viewsets
from rest_framework.decorators import action, api_view
from rest_framework.permissions import IsAuthenticated


class ItemViewSet(
    mixins.ListModelMixin,
    mixins.CreateModelMixin,
    mixins.RetrieveModelMixin,
    viewsets.GenericViewSet,
):
    lookup_field = "slug"
    permission_classes = [IsAuthenticated]

    def destroy(self, request, slug): ...

    @action(detail=True, methods=["post", "put"], url_path="do-it")
    def do_it(self, request, slug): ...

    @action(detail=False)
    def recent(self, request): ...


class LogViewSet(viewsets.ReadOnlyModelViewSet): ...


class Lists(generics.ListCreateAPIView): ...


@api_view(["POST", "PUT"])
def raw(request): ...

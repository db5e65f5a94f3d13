from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.views import View
from django.views.decorators.http import require_GET
from django.views.generic import CreateView


@require_GET
def by_year(request, year): ...


def ping(request): ...


class Parent(View):
    def get(self, request): ...


class Detail(LoginRequiredMixin, Parent):
    def delete(self, request): ...


class Make(CreateView): ...

from shop.api import DetailAPI, ListAPI
from shop.models import Item


class ItemListAPI(ListAPI):
    queryset = Item.objects.all()


class ItemDetailAPI(DetailAPI):
    queryset = Item.objects.all()

from django.db import models

from shop.models import Shop


class Order(models.Model):
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE)

from django.db import models


class Line(models.Model):
    order = models.ForeignKey("shop.Order", on_delete=models.CASCADE)

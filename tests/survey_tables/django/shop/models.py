from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.db import models
from people.models import Stamped


class Category(models.Model):
    slug = models.SlugField(primary_key=True)

    class Meta:
        db_table = "categories"


class Product(Stamped):
    code = models.CharField("code", max_length=20, null=True, default="x")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, db_column="cat")
    tags = models.ManyToManyField("Tag", related_name="+")
    buyers = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Purchase")
    thing = GenericForeignKey("a", "b")

    class Meta:
        unique_together = [("code", "category")]
        indexes = [models.Index(fields=["-created"], name="by_date")]


class Book(Product):
    """Joined to its parent's table."""

    pages = models.PositiveIntegerField()


class CheapProduct(Product):
    class Meta:
        proxy = True


class Tag(models.Model):
    name = models.TextField()


class Purchase(models.Model):
    product = models.OneToOneField(Product, models.CASCADE)
    buyer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True)

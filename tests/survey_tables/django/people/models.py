from django.contrib.auth.models import AbstractUser
from django.db import models


class Person(AbstractUser):
    email = models.EmailField(unique=True)
    friends = models.ManyToManyField("self")


class Stamped(models.Model):
    created = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        abstract = True

INSTALLED_APPS = [
    "django.contrib.auth",
    "shop",
    "people.apps.PeopleConfig",
]

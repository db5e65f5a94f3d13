from django.db import migrations, models


class Migration(migrations.Migration):
    operations = [
        migrations.CreateModel(
            name="Shop",
            fields=[("id", models.BigAutoField(primary_key=True)), ("name", models.CharField(max_length=40))],
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("shop", models.ForeignKey(on_delete=models.CASCADE, to="shop.shop")),
            ],
        ),
    ]

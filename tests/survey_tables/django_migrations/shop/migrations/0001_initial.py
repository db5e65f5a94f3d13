from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.AutoField(primary_key=True)),
                ("total", models.DecimalField(max_digits=9, decimal_places=2)),
                ("old", models.TextField(null=True)),
            ],
            options={"db_table": "orders"},
        ),
        migrations.CreateModel(
            name="Basket",
            fields=[("id", models.AutoField(primary_key=True))],
        ),
        migrations.CreateModel(
            name="Gone",
            fields=[("id", models.AutoField(primary_key=True))],
        ),
    ]

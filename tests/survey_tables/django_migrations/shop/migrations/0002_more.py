from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]

    state_operations = [migrations.DeleteModel(name="Gone")]
    operations = [
        migrations.SeparateDatabaseAndState(state_operations=state_operations),
        migrations.RenameModel("Basket", "Cart"),
        migrations.RenameField(model_name="order", old_name="total", new_name="amount"),
        migrations.RemoveField("order", "old"),
        migrations.AddField(
            model_name="order",
            name="cart",
            field=models.ForeignKey(on_delete=models.CASCADE, to="shop.Cart"),
        ),
        migrations.AddIndex(
            model_name="order", index=models.Index(fields=["amount"], name="by_amount")
        ),
        migrations.RunSQL(
            "CREATE TABLE ledger (id int PRIMARY KEY)", reverse_sql="DROP TABLE ledger"
        ),
    ]

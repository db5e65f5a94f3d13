from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class OrderItem(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String(80), unique=True, nullable=False)
    order_id = db.Column(db.Integer, db.ForeignKey("sales_order.id"))


class SalesOrder(db.Model):
    id = db.Column(db.Integer, primary_key=True)


tags = db.Table(
    "tags",
    db.Column("order_id", db.Integer, db.ForeignKey("sales_order.id")),
    db.Column("name", db.String(20)),
)

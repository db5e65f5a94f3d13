"""What serves, stores and schedules in Python; marks are modules with what is imported of them."""

from __future__ import annotations

from workers.survey.technologies.technology import Technology

TECHNOLOGIES = (
    # With a reader.
    Technology(
        "FastAPI", "endpoints", "fastapi", "fastapi", "FastAPI( APIRouter(", readers="fastapi"
    ),
    Technology(
        "Starlette", "endpoints", "starlette.applications starlette.routing", "starlette",
        "Starlette( Route(", readers="starlette fastapi",
    ),
    Technology(
        "Flask", "endpoints", "flask", "flask", "Flask( Blueprint(",
        readers="flask flask-smorest flask-restful flask-restx flask-appbuilder",
    ),
    Technology("Quart", "endpoints", "quart", "quart", "Quart( Blueprint(", readers="flask"),
    Technology(
        "Django", "endpoints and tables", "django", "django", "urlpatterns models.Model",
        readers="django django-rest-framework django-ninja",
    ),
    Technology("Litestar", "endpoints", "litestar", "litestar", "Litestar(", readers="litestar"),
    Technology(
        "SQLAlchemy", "tables", "sqlalchemy flask_sqlalchemy", "sqlalchemy flask-sqlalchemy",
        "__tablename__ declarative_base( DeclarativeBase db.Model",
        readers="sqlalchemy alembic sqlmodel",
    ),
    Technology("SQLModel", "tables", "sqlmodel", "sqlmodel", "table=True", readers="sqlmodel"),
    Technology(
        "Alembic", "tables", "alembic.op", "", "create_table(",
        readers="alembic sqlalchemy sqlmodel",
    ),
    Technology(
        "aiohttp", "endpoints", "aiohttp.web", uses="Application( RouteTableDef",
        clients="aiohttp", readers="aiohttp",
    ),
    Technology("Bottle", "endpoints", "bottle", "bottle", readers="bottle"),
    Technology("CherryPy", "endpoints", "cherrypy", "cherrypy", readers="cherrypy"),
    Technology("Falcon", "endpoints", "falcon", "falcon", readers="falcon"),
    Technology("Pyramid", "endpoints", "pyramid", "pyramid", readers="pyramid cornice"),
    Technology("Robyn", "endpoints", "robyn", "robyn", readers="robyn"),
    Technology("Sanic", "endpoints", "sanic", "sanic", readers="sanic"),
    Technology(
        "Tornado", "endpoints", "tornado.web", uses="Application( RequestHandler",
        clients="tornado", readers="tornado",
    ),
    # Without one.
    Technology("BlackSheep", "endpoints", "blacksheep", "blacksheep"),
    Technology("Connexion", "endpoints", "connexion", "connexion", readers="flask"),
    Technology("Emmett", "endpoints", "emmett", "emmett"),
    Technology("Eve", "endpoints", "eve", "eve"),
    Technology("hug", "endpoints", "hug", "hug"),
    Technology("http.server", "endpoints", "http.server socketserver", uses="HTTPRequestHandler"),
    Technology("Masonite", "endpoints and tables", "masonite masoniteorm", "masonite"),
    Technology("Microdot", "endpoints", "microdot", "microdot"),
    Technology("Morepath", "endpoints", "morepath", "morepath"),
    Technology("Twisted", "endpoints", "twisted.web klein", "klein"),
    Technology("web.py", "endpoints", "web", "web.py", "web.application("),
    Technology("Chalice", "endpoints", "chalice", "chalice"),
    Technology("Azure Functions", "endpoints", "azure.functions", "azure-functions"),
    Technology("Lambda Powertools", "endpoints", "aws_lambda_powertools.event_handler"),
    Technology("Ariadne", "endpoints", "ariadne", "ariadne"),
    Technology("Graphene", "endpoints", "graphene graphene_django", "graphene graphene-django"),
    Technology("Strawberry", "endpoints", "strawberry", "strawberry-graphql"),
    Technology(
        "gRPC", "endpoints", "grpc", uses="grpc.server( grpc.aio.server( Servicer",
        clients="grpcio",
    ),
    Technology("Socket.IO", "endpoints", "socketio flask_socketio", "flask-socketio"),
    Technology("Beanie", "tables", "beanie", "beanie"),
    Technology("MongoEngine", "tables", "mongoengine", "mongoengine"),
    Technology("ODMantic", "tables", "odmantic", "odmantic"),
    Technology("Peewee", "tables", "peewee", "peewee"),
    Technology("Piccolo", "tables", "piccolo", "piccolo"),
    Technology("Pony", "tables", "pony.orm", "pony"),
    Technology("Tortoise", "tables", "tortoise", "tortoise-orm"),
    Technology("ormar", "tables", "ormar", "ormar", readers="sqlalchemy"),
    Technology(
        "APScheduler", "jobs and topics", "apscheduler", "apscheduler", readers="apscheduler"
    ),
    Technology("arq", "jobs and topics", "arq", "arq"),
    Technology("Celery", "jobs and topics", "celery", "celery", readers="celery"),
    Technology("Dramatiq", "jobs and topics", "dramatiq", "dramatiq", readers="dramatiq"),
    Technology("FastStream", "jobs and topics", "faststream", "faststream", readers="faststream"),
    Technology("Huey", "jobs and topics", "huey", "huey", readers="huey"),
    Technology(
        "Kafka", "jobs and topics", "kafka aiokafka confluent_kafka",
        "kafka-python aiokafka confluent-kafka", readers="kafka",
    ),
    Technology("RabbitMQ", "jobs and topics", "pika aio_pika", "pika aio-pika", readers="rabbitmq"),
    Technology("RQ", "jobs and topics", "rq", "rq", readers="rq"),
    Technology("TaskIQ", "jobs and topics", "taskiq", "taskiq", readers="taskiq"),
)  # fmt: skip

"""What serves, stores and schedules in languages without a grammar; marks are words of code."""

from __future__ import annotations

from workers.survey.technologies.technology import Technology

JVM = (
    Technology(
        "Spring", "endpoints",
        "org.springframework.web org.springframework.boot org.springframework.stereotype",
        "spring-boot-starter-web spring-boot-starter-webflux spring-webmvc"
        " org.springframework.boot:spring-boot-starter-web"
        " org.springframework.boot:spring-boot-starter-webflux org.springframework.boot",
        readers="spring",
    ),
    Technology(
        "JAX-RS", "endpoints", "javax.ws.rs jakarta.ws.rs",
        "jersey-server resteasy-core jakarta.ws.rs-api javax.ws.rs-api quarkus-rest",
        readers="jax-rs",
    ),
    Technology(
        "Micronaut", "endpoints", "io.micronaut.http", "micronaut-http-server-netty",
        readers="micronaut",
    ),
    Technology(
        "Quarkus", "endpoints", "io.quarkus", "quarkus-core quarkus-arc io.quarkus",
        readers="jax-rs spring",
    ),
    Technology("Vert.x", "endpoints", "io.vertx", "vertx-web io.vertx:vertx-web"),
    Technology("Javalin", "endpoints", "io.javalin", "javalin io.javalin:javalin"),
    Technology("Spark Java", "endpoints", "spark.Spark", "spark-core"),
    Technology("Dropwizard", "endpoints", "io.dropwizard", "dropwizard-core", readers="jax-rs"),
    Technology("Helidon", "endpoints", "io.helidon", "helidon-webserver"),
    Technology("Struts", "endpoints", "org.apache.struts2", "struts2-core"),
    # What takes an `HttpServletRequest` may be served by any framework.
    Technology("servlets", "endpoints", "http.HttpServlet; @WebServlet HttpServlet()"),
    Technology(
        "Ktor", "endpoints", "io.ktor.server io.ktor.routing",
        "ktor-server-core ktor-server-netty io.ktor:ktor-server-core io.ktor:ktor-server-netty"
        " io.ktor.plugin",
        readers="ktor",
    ),
    Technology("http4k", "endpoints", "org.http4k", "http4k-core org.http4k:http4k-core"),
    Technology(
        "Play", "endpoints", "play.api.mvc play.mvc", "com.typesafe.play org.playframework",
        likely=r"(?:^|/)conf/(?:[\w.-]+\.)?routes$",
    ),
    Technology("Akka HTTP", "endpoints", "akka.http.scaladsl akka.http.javadsl", "akka-http"),
    Technology("Pekko HTTP", "endpoints", "org.apache.pekko.http", "pekko-http"),
    Technology("http4s", "endpoints", "org.http4s", "http4s-dsl http4s-ember-server"),
    Technology("ZIO HTTP", "endpoints", "zio.http", "zio-http"),
    Technology("Tapir", "endpoints", "sttp.tapir", "tapir-core"),
    Technology("Grails", "endpoints", "grails.", "org.grails grails-core"),
    Technology("DGS", "endpoints", "com.netflix.graphql.dgs"),
    Technology(
        "JPA", "tables", "javax.persistence jakarta.persistence",
        "spring-boot-starter-data-jpa hibernate-core hibernate-orm-panache"
        " org.springframework.boot:spring-boot-starter-data-jpa org.hibernate.orm:hibernate-core",
        readers="jpa",
    ),
    Technology("jOOQ", "tables", "org.jooq", "jooq org.jooq:jooq"),
    Technology("MyBatis", "tables", "org.apache.ibatis com.baomidou.mybatisplus", "mybatis"),
    Technology("Exposed", "tables", "org.jetbrains.exposed", "exposed-core", readers="exposed"),
    Technology("Slick", "tables", "slick.jdbc slick.lifted", "slick"),
    Technology("Doobie", "tables", "doobie.", "doobie-core"),
    Technology("Liquibase", "tables", "liquibase.change", "liquibase-core"),
    Technology(
        "Kafka", "jobs and topics", "org.apache.kafka @KafkaListener", "spring-kafka",
        readers="spring-kafka",
    ),
    Technology(
        "RabbitMQ", "jobs and topics", "com.rabbitmq @RabbitListener", "spring-rabbit",
        readers="spring-rabbit",
    ),
    Technology(
        "schedules of Spring", "jobs and topics", "@Scheduled", readers="spring-schedule"
    ),
    Technology("Quartz", "jobs and topics", "org.quartz", "quartz"),
)  # fmt: skip
GO = (
    Technology(
        "Gin", "endpoints", "github.com/gin-gonic/gin", "github.com/gin-gonic/gin",
        readers="gin",
    ),
    Technology(
        "Echo", "endpoints", "github.com/labstack/echo", "github.com/labstack/echo",
        readers="echo",
    ),
    Technology(
        "chi", "endpoints", "github.com/go-chi/chi", "github.com/go-chi/chi",
        readers="chi",
    ),
    Technology(
        "Fiber", "endpoints", "github.com/gofiber/fiber", "github.com/gofiber/fiber",
        readers="fiber",
    ),
    Technology(
        "gorilla/mux", "endpoints", "github.com/gorilla/mux", "github.com/gorilla/mux",
        readers="gorilla/mux",
    ),
    Technology(
        "httprouter", "endpoints", "github.com/julienschmidt/httprouter",
        "github.com/julienschmidt/httprouter", readers="httprouter",
    ),
    Technology(
        "fasthttp/router", "endpoints", "github.com/fasthttp/router", "github.com/fasthttp/router",
        readers="fasthttp",
    ),
    Technology(
        "net/http", "endpoints", "http.HandleFunc( .HandleFunc( http.NewServeMux(",
        readers="net/http gorilla/mux chi",
    ),
    Technology("Beego", "endpoints", "github.com/beego/beego github.com/astaxie/beego"),
    Technology("Buffalo", "endpoints", "github.com/gobuffalo/buffalo"),
    Technology("Iris", "endpoints", "github.com/kataras/iris", "github.com/kataras/iris"),
    Technology("Hertz", "endpoints", "github.com/cloudwego/hertz", "github.com/cloudwego/hertz"),
    Technology("Huma", "endpoints", "github.com/danielgtaylor/huma"),
    Technology("Connect", "endpoints", "connectrpc.com/connect", "connectrpc.com/connect"),
    Technology("gRPC", "endpoints", "grpc.NewServer("),
    Technology("gqlgen", "endpoints", "github.com/99designs/gqlgen", "github.com/99designs/gqlgen"),
    Technology(
        "GORM", "tables", "gorm.io/gorm github.com/jinzhu/gorm", "gorm.io/gorm", readers="gorm"
    ),
    Technology("ent", "tables", "entgo.io/ent", "entgo.io/ent"),
    Technology("Bun", "tables", "github.com/uptrace/bun", "github.com/uptrace/bun"),
    Technology("XORM", "tables", "xorm.io/xorm", "xorm.io/xorm"),
    Technology("Asynq", "jobs and topics", "github.com/hibiken/asynq", readers="asynq"),
    Technology(
        "Kafka", "jobs and topics",
        "github.com/segmentio/kafka-go github.com/IBM/sarama confluent-kafka-go",
    ),
    Technology("RabbitMQ", "jobs and topics", "rabbitmq/amqp091-go streadway/amqp"),
    Technology(
        "cron of Go", "jobs and topics", "github.com/robfig/cron", "github.com/robfig/cron",
        readers="robfig-cron",
    ),
)  # fmt: skip
RUBY = (
    Technology(
        "Rails", "endpoints", "Rails.application ActionController ApplicationController", "rails",
        files=r"(?:^|/)config/routes(?:/.+)?\.rb$", readers="rails",
    ),
    Technology(
        "Sinatra", "endpoints", "Sinatra:: sinatra/base 'sinatra' \"sinatra\"", "sinatra",
        readers="sinatra",
    ),
    Technology("Grape", "endpoints", "Grape::API", "grape", readers="grape"),
    Technology("Hanami", "endpoints", "Hanami::", "hanami hanami-router"),
    Technology("Roda", "endpoints", "Roda", "roda"),
    Technology("Padrino", "endpoints", "Padrino", "padrino"),
    Technology("GraphQL Ruby", "endpoints", "GraphQL::Schema", "graphql"),
    Technology(
        "Active Record", "tables", "ActiveRecord:: ApplicationRecord", "activerecord",
        likely=r"(?:^|/)db/(?:schema\.rb|migrate/.+\.rb)$", readers="activerecord",
    ),
    Technology("Sequel", "tables", "Sequel::Model Sequel.connect Sequel.migration", "sequel"),
    Technology("Mongoid", "tables", "Mongoid::Document", "mongoid"),
    Technology("Sidekiq", "jobs and topics", "Sidekiq::", "sidekiq", readers="sidekiq"),
    Technology("Active Job", "jobs and topics", "ActiveJob:: ApplicationJob", readers="active-job"),
    Technology("Resque", "jobs and topics", "Resque", "resque"),
)  # fmt: skip
PHP = (
    Technology(
        "Laravel", "endpoints and tables", "Illuminate\\", "laravel/framework laravel/lumen",
        files=r"(?:^|/)routes/(?:web|api|channels|console)\.php$", readers="laravel",
    ),
    Technology(
        "Symfony", "endpoints",
        r"Symfony\Component\Routing Symfony\Bundle Symfony\Component\HttpKernel\Kernel",
        "symfony/framework-bundle symfony/symfony", readers="symfony",
    ),
    Technology("Slim", "endpoints", r"Slim\App Slim\Factory", "slim/slim", readers="slim"),
    Technology("CodeIgniter", "endpoints", "CodeIgniter\\", "codeigniter4/framework"),
    Technology("CakePHP", "endpoints", r"Cake\Routing Cake\Controller", "cakephp/cakephp"),
    Technology("Yii", "endpoints and tables", r"yii\web yii\db", "yiisoft/yii2"),
    Technology("Laminas", "endpoints", "Laminas\\ Mezzio\\", "laminas/laminas-mvc mezzio/mezzio"),
    Technology("Drupal", "endpoints", r"Drupal\Core", "drupal/core"),
    Technology("WordPress", "endpoints", "register_rest_route add_action("),
    Technology("API Platform", "endpoints", "ApiPlatform\\", "api-platform/core"),
    Technology(
        "Doctrine", "tables", r"Doctrine\ORM Doctrine\DBAL", "doctrine/orm doctrine/dbal",
        readers="doctrine",
    ),
    Technology("Propel", "tables", r"Propel\Runtime", "propel/propel"),
)  # fmt: skip
DOTNET = (
    Technology(
        "ASP.NET Core", "endpoints",
        "Microsoft.AspNetCore ControllerBase [ApiController] .MapGet( .MapPost( .MapControllers(",
        "Microsoft.NET.Sdk.Web Microsoft.AspNetCore.App Microsoft.AspNetCore.OpenApi",
        readers="aspnetcore fastendpoints carter",
    ),
    Technology(
        "FastEndpoints", "endpoints", "FastEndpoints", "FastEndpoints", readers="fastendpoints"
    ),
    Technology("Carter", "endpoints", "ICarterModule", "Carter", readers="carter"),
    Technology("Nancy", "endpoints", "NancyModule", "Nancy"),
    Technology("Giraffe", "endpoints", "Giraffe", "Giraffe"),
    Technology("Saturn", "endpoints", "Saturn", "Saturn"),
    Technology("Hot Chocolate", "endpoints", "HotChocolate", "HotChocolate.AspNetCore"),
    Technology(
        "EF Core", "tables", "Microsoft.EntityFrameworkCore DbContext",
        "Microsoft.EntityFrameworkCore Microsoft.EntityFrameworkCore.SqlServer", readers="efcore",
    ),
    Technology("NHibernate", "tables", "NHibernate", "NHibernate FluentNHibernate"),
    Technology("Dapper", "tables", "Dapper;", "Dapper"),
    Technology("Hangfire", "jobs and topics", "Hangfire", "Hangfire Hangfire.Core"),
    Technology("MassTransit", "jobs and topics", "MassTransit", "MassTransit"),
    Technology("Quartz.NET", "jobs and topics", "Quartz; Quartz.Impl", "Quartz"),
)  # fmt: skip
RUST = (
    Technology("axum", "endpoints", "axum::", "axum", readers="axum"),
    Technology("Actix Web", "endpoints", "actix_web::", "actix-web", readers="actix"),
    Technology("Rocket", "endpoints", "rocket:: rocket;", "rocket", readers="rocket"),
    Technology("warp", "endpoints", "warp::", "warp"),
    Technology("tide", "endpoints", "tide::", "tide"),
    Technology("poem", "endpoints", "poem:: poem_openapi::", "poem poem-openapi"),
    Technology("Salvo", "endpoints", "salvo::", "salvo"),
    Technology("tonic", "endpoints", "tonic::", "tonic"),
    Technology("async-graphql", "endpoints", "async_graphql::", "async-graphql"),
    Technology("Diesel", "tables", "diesel::", "diesel", readers="diesel"),
    Technology(
        "SeaORM", "tables", "sea_orm:: sea_orm_migration::", "sea-orm sea-orm-migration",
        readers="seaorm",
    ),
)  # fmt: skip
ELIXIR = (
    Technology(
        "Phoenix", "endpoints", "Phoenix. :router, :controller", "phoenix",
        files=r"(?:^|/)\w+_web/router\.ex$", readers="phoenix",
    ),
    Technology("Plug", "endpoints", "Plug.Router", "plug plug_cowboy", readers="plug phoenix"),
    Technology("Absinthe", "endpoints", "Absinthe.", "absinthe"),
    Technology(
        "Ecto", "tables", "Ecto.Schema Ecto.Migration Ecto.Repo", "ecto ecto_sql", readers="ecto"
    ),
    Technology("Oban", "jobs and topics", "Oban.", "oban"),
    Technology("Cowboy", "endpoints", "cowboy_router", "cowboy"),
    Technology("Wisp", "endpoints", "wisp", "wisp"),
)  # fmt: skip
SWIFT = (
    Technology("Vapor", "endpoints", "Vapor", "vapor/vapor"),
    Technology("Hummingbird", "endpoints", "Hummingbird", "hummingbird"),
    Technology("Kitura", "endpoints", "Kitura", "Kitura"),
    Technology("Fluent", "tables", "Fluent", "vapor/fluent"),
)
PERL = (
    Technology("Mojolicious", "endpoints", "Mojolicious", "Mojolicious"),
    Technology("Dancer", "endpoints", "Dancer", "Dancer Dancer2"),
    Technology("Catalyst", "endpoints", "Catalyst", "Catalyst::Runtime"),
    Technology("DBIx::Class", "tables", "DBIx::Class", "DBIx::Class"),
)
CLOJURE = (
    Technology("Ring", "endpoints", "ring.adapter ring.util ring.middleware", "ring/ring-core"),
    Technology("Compojure", "endpoints", "compojure.core compojure.api", "compojure"),
    Technology("Reitit", "endpoints", "reitit.", "metosin/reitit"),
    Technology("Pedestal", "endpoints", "io.pedestal", "io.pedestal/pedestal.service"),
)
OTHERS = (
    Technology("Drogon", "endpoints", "drogon/"),
    Technology("Crow", "endpoints", "CROW_ROUTE"),
    Technology("oat++", "endpoints", "oatpp/"),
    Technology("Pistache", "endpoints", "pistache/"),
    Technology("Servant", "endpoints", "Servant", "servant-server"),
    Technology("Scotty", "endpoints", "Web.Scotty", "scotty"),
    Technology("Yesod", "endpoints", "Yesod", "yesod"),
    Technology("IHP", "endpoints", "IHP.", "ihp"),
    Technology("Persistent", "tables", "Database.Persist", "persistent"),
    Technology("Kemal", "endpoints", "kemal", "kemal"),
    Technology("Lucky", "endpoints", "Lucky::", "lucky"),
    Technology("Dart Frog", "endpoints", "package:dart_frog", "dart_frog"),
    Technology("shelf", "endpoints", "package:shelf", "shelf shelf_router"),
    Technology("Serverpod", "endpoints", "package:serverpod", "serverpod"),
    Technology("Jester", "endpoints", "jester", "jester"),
    Technology("Lapis", "endpoints", "lapis", "lapis"),
    Technology("OpenResty", "endpoints", "ngx.say ngx.req"),
    Technology("Dream", "endpoints", "Dream.", "dream"),
    Technology("Opium", "endpoints", "Opium", "opium"),
    Technology("Plumber", "endpoints", "plumber #*", "plumber"),
    Technology("Genie", "endpoints", "Genie", "Genie"),
)

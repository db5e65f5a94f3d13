"""Documents that describe or declare what a service has, known by their names or first words."""

from __future__ import annotations

from workers.survey.technologies.technology import Technology

# A mark is a word that YAML or JSON holds and, after a blank, the pattern that it stands in there;
# files are proof by themselves.
TECHNOLOGIES = (
    Technology(
        "OpenAPI", "contracts", r"openapi (?:^|[{,])\s{0,9}['\"]?openapi['\"]?\s?:\s?['\"]?3",
        readers="openapi",
    ),
    Technology(
        "Swagger", "contracts", r"swagger (?:^|[{,])\s{0,9}['\"]?swagger['\"]?\s?:\s?['\"]?2",
        readers="openapi",
    ),
    Technology(
        "AsyncAPI", "contracts",
        r"asyncapi (?:^|[{,])\s{0,9}['\"]?asyncapi['\"]?\s?:\s?['\"]?[1-9]",
        readers="asyncapi",
    ),
    Technology("OpenRPC", "contracts", r"openrpc (?:^|[{,])\s{0,9}['\"]openrpc['\"]\s?:"),
    Technology("gRPC", "endpoints", r"rpc ^\s{0,9}rpc\s+\w+\s?\(", readers="grpc"),
    Technology("RAML", "contracts", files=r"\.raml$"),
    Technology("API Blueprint", "contracts", files=r"\.apib$"),
    Technology("OData", "contracts", files=r"\.(?:edmx|csdl)$"),
    Technology("Smithy", "contracts", files=r"\.smithy$"),
    Technology("TypeSpec", "contracts", files=r"\.tsp$"),
    Technology("WSDL", "contracts", files=r"\.wsdl$"),
    Technology("Avro", "contracts", files=r"\.avsc$"),
    Technology("serverless", "endpoints", files=r"(?:^|/)serverless\.(?:ya?ml|json|ts|js)$"),
    Technology("AWS SAM", "endpoints", r"AWS::Serverless AWS::Serverless::"),
    Technology("Azure Functions", "endpoints", r"httpTrigger ['\"]httpTrigger['\"]"),
    Technology("Kubernetes Ingress", "endpoints", r"Ingress ^kind:\s?['\"]?Ingress['\"]?\s{0,9}$"),
    Technology(
        "Kubernetes CronJob", "jobs and topics",
        r"CronJob ^kind:\s?['\"]?CronJob['\"]?\s{0,9}$",
        readers="kubernetes-cronjob",
    ),
    Technology(
        "crontab", "jobs and topics", files=r"(?:^|/)crontab$|\.cron(?:tab)?$", readers="crontab"
    ),
    Technology("sqlc", "tables", files=r"(?:^|/)sqlc\.(?:ya?ml|json)$"),
    Technology("dbt", "tables", files=r"(?:^|/)dbt_project\.ya?ml$"),
    Technology("Hasura", "endpoints and tables", files=r"(?:^|/)metadata/databases/.+\.ya?ml$"),
    Technology("Liquibase", "tables", r"databaseChangeLog databaseChangeLog['\"]?\s?:"),
)  # fmt: skip

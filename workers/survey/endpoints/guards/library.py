"""What libraries offer that guards, and what of theirs asks nobody who is calling: data."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from sessions.patterns import lazy_pattern
from workers.survey.endpoints.follower.values import External, LibraryObject

if TYPE_CHECKING:
    from workers.survey.endpoints.follower.values import Call, Value

Kind = Literal["guard", "neutral", "unknown"]

# What guards; of a name that ends in a dot or in `()`, everything that begins so. The pair is an
# argument, or a key of the options, that lets everybody in, and its value.
_GUARDS: dict[str, tuple[str, object] | None] = {
    "fastapi.security.": ("auto_error", False),
    "fastapi_users.FastAPIUsers().current_user": ("optional", True),
    "starlette.authentication.requires": None,
    "flask_login.login_required": None,
    "flask_login.fresh_login_required": None,
    "flask_login.utils.login_required": None,
    "flask_jwt_extended.jwt_required": ("optional", True),
    "flask_jwt_extended.fresh_jwt_required": None,
    "flask_jwt_extended.jwt_refresh_token_required": None,
    "flask_jwt_extended.verify_jwt_in_request": ("optional", True),
    "flask_jwt.jwt_required": None,
    "flask_security.login_required": None,
    "flask_security.auth_required": None,
    "flask_security.auth_token_required": None,
    "flask_security.http_auth_required": None,
    "flask_security.roles_required": None,
    "flask_security.roles_accepted": None,
    "flask_security.permissions_required": None,
    "flask_security.permissions_accepted": None,
    "flask_user.login_required": None,
    "flask_user.roles_required": None,
    "flask_praetorian.auth_required": None,
    "flask_praetorian.roles_required": None,
    "flask_praetorian.roles_accepted": None,
    "flask_httpauth.HTTPBasicAuth().login_required": ("optional", True),
    "flask_httpauth.HTTPDigestAuth().login_required": ("optional", True),
    "flask_httpauth.HTTPTokenAuth().login_required": ("optional", True),
    "flask_httpauth.MultiAuth().login_required": ("optional", True),
    "flask_principal.Permission().require": None,
    "flask_appbuilder.security.decorators.protect": ("allow_browser_login", None),
    "flask_appbuilder.security.decorators.has_access": None,
    "flask_appbuilder.security.decorators.has_access_api": None,
    "flask_appbuilder.has_access": None,
    "flask_appbuilder.protect": None,
    "flask_oidc.OpenIDConnect().require_login": None,
    "flask_oidc.OpenIDConnect().accept_token": None,
    "quart_auth.login_required": None,
    "authlib.integrations.flask_oauth2.ResourceProtector()": ("optional", True),
    "django.contrib.auth.decorators.login_required": None,
    "django.contrib.auth.decorators.permission_required": None,
    "django.contrib.auth.decorators.user_passes_test": None,
    "django.contrib.admin.views.decorators.staff_member_required": None,
    "django.contrib.auth.mixins.LoginRequiredMixin": None,
    "django.contrib.auth.mixins.PermissionRequiredMixin": None,
    "django.contrib.auth.middleware.LoginRequiredMiddleware": None,
    "rest_framework.permissions.IsAuthenticated": None,
    "rest_framework.permissions.IsAdminUser": None,
    "rest_framework.permissions.DjangoModelPermissions": None,
    "rest_framework.permissions.DjangoObjectPermissions": None,
    "litestar.security.": None,
    "ninja.security.": None,
    "ninja_jwt.authentication.JWTAuth": None,
    "passport.authenticate": None,
    "koa-passport.authenticate": None,
    "@fastify/passport.authenticate": None,
    "fastify-passport.authenticate": None,
    "@nestjs/passport.AuthGuard": None,
    "nest-keycloak-connect.AuthGuard": None,
    "express-jwt": ("credentialsRequired", False),
    "express-jwt.expressjwt": ("credentialsRequired", False),
    "express-jwt.jwt": ("credentialsRequired", False),
    "express-oauth2-jwt-bearer.auth": ("authRequired", False),
    "express-oauth2-jwt-bearer.requiredScopes": None,
    "express-openid-connect.auth": ("authRequired", False),
    "express-openid-connect.requiresAuth": None,
    "express-basic-auth": None,
    "connect-ensure-login.ensureLoggedIn": None,
    "@clerk/express.requireAuth": None,
    "@clerk/clerk-sdk-node.ClerkExpressRequireAuth": None,
    "supertokens-node/recipe/session/framework/express.verifySession": ("sessionRequired", False),
    "keycloak-connect().protect": None,
    "express-oauth-server().authenticate": None,
    "koa-jwt": ("passthrough", True),
    "koa-basic-auth": None,
    "hono/jwt.jwt": None,
    "hono/jwk.jwk": ("allow_anon", True),
    "hono/bearer-auth.bearerAuth": None,
    "hono/basic-auth.basicAuth": None,
    "@hono/auth-js.verifyAuth": None,
    "@fastify/basic-auth": None,
    "@fastify/bearer-auth": ("addHook", False),
    "fastify-bearer-auth": ("addHook", False),
}
# Of the names above, those that ask where they are called; the others make what asks.
ASK_WHEN_CALLED = frozenset({"flask_jwt_extended.verify_jwt_in_request"})
# Those that guard all methods but these.
READ_BY_ALL = frozenset(
    {
        "rest_framework.permissions.IsAuthenticatedOrReadOnly",
        "rest_framework.permissions.DjangoModelPermissionsOrAnonReadOnly",
    }
)
# Strategies by which one signs in: who is not signed in yet is meant.
_SIGN_IN = (
    "local google github facebook twitter linkedin microsoft apple discord saml ldap openid oidc"
    " oauth azuread auth0 magic login signup register spotify slack gitlab steam cas"
).split()
_BY_STRATEGY = frozenset(
    "passport.authenticate koa-passport.authenticate @fastify/passport.authenticate"
    " fastify-passport.authenticate @nestjs/passport.AuthGuard".split()
)
# What begins so asks nobody: what it does is known, or no request reaches it.
_NEUTRAL = tuple(
    """
    functools. contextlib. typing. dataclasses. abc. asyncio. logging. time. json. datetime.
    click. fastapi.security.OAuth2PasswordRequestForm fastapi.security.SecurityScopes
    fastapi.security.HTTPBasicCredentials fastapi.security.HTTPAuthorizationCredentials
    fastapi.security.oauth2.OAuth2PasswordRequestForm fastapi.Query fastapi.Header fastapi.Body
    fastapi.Path fastapi.Cookie fastapi.Form fastapi.File fastapi.Request fastapi.Response
    fastapi.BackgroundTasks fastapi.middleware. starlette.middleware. starlette.requests.
    starlette.responses. fastapi_pagination. fastapi_cache. fastapi_limiter. slowapi.
    sqlalchemy. sqlmodel. pydantic. prometheus prometheus_fastapi_instrumentator. opentelemetry.
    sentry_sdk. asgi_correlation_id. uvicorn. tenacity. redis. aioredis. motor. httpx.
    cachetools. deprecated. asgiref. brotli_asgi. debug_toolbar. mangum. starlette_context.
    dishka. dependency_injector. flask_restful. flask_restx. flask_apispec. flasgger. webargs.
    flask_cors. flask_caching. flask_limiter. flask_wtf. flask_smorest. flask_compress.
    flask_talisman. apiflask. flask_babel. flask.stream_with_context flask_sqlalchemy.
    flask_marshmallow. marshmallow. spectree. celery. flask_pydantic. connexion. flask_openapi3.
    flask_appbuilder.api. flask_appbuilder.expose flask_jwt_extended.jwt_optional
    flask_login.LoginManager flask_jwt_extended.JWTManager
    flask_appbuilder.security.decorators.permission_name django.views. django.utils.
    django.middleware. django.contrib.sessions. django.contrib.messages.
    django.contrib.auth.middleware.AuthenticationMiddleware django.contrib.sites. django.db.
    django.shortcuts. django.contrib.auth.middleware.RemoteUserMiddleware
    django.contrib.auth.middleware.PersistentRemoteUserMiddleware
    django.contrib.flatpages. django.contrib.redirects.
    django.contrib.auth.decorators.login_not_required django.core. django.http. corsheaders.
    whitenoise. django_prometheus. simple_history. compression_middleware.
    django_otp.middleware. auditlog. silk. csp. htmx django_htmx.
    allauth.account.middleware.AccountMiddleware rest_framework.decorators.
    rest_framework.permissions.AllowAny rest_framework.permissions.BasePermission
    rest_framework.views. rest_framework.generics. rest_framework.viewsets.
    rest_framework.mixins. drf_spectacular. drf_yasg. django_filters. django_user_agents.
    axes.middleware. ratelimit. django_ratelimit. compressor. hijack. litestar.params.
    litestar.middleware. litestar.di. litestar.types. express.json express.urlencoded
    express.static express.text express.raw body-parser cors helmet morgan compression
    cookie-parser express-rate-limit rate-limiter-flexible express-session cookie-session multer
    method-override serve-favicon serve-static serve-index connect-flash express-flash
    passport.initialize passport.session express-validator celebrate joi zod yup
    swagger-ui-express swagger-jsdoc redoc-express winston express-winston pino pino-http
    express-pino-logger express-fileupload hpp xss-clean express-xss-sanitizer
    express-mongo-sanitize response-time errorhandler express-async-errors connect-timeout
    connect-livereload @sentry/ prom-client express-prom-bundle express-prometheus-middleware
    express-handlebars ejs i18n i18next-http-middleware express-useragent express-device
    express-slow-down express-status-monitor csurf csrf-csrf lusca cls-hooked
    express-http-context http-proxy-middleware connect-history-api-fallback
    webpack-dev-middleware webpack-hot-middleware vhost express-request-id express-requestid
    nocache express-bearer-token express-basic-auth.safeCompare newrelic dd-trace
    express-openapi-validator. koa-bodyparser @koa/bodyparser koa-body koa-logger koa-cors
    @koa/cors kcors koa-helmet koa-json koa-static koa-compress koa-session koa-generic-session
    koa-convert koa-error koa-onerror koa-json-error koa-views koa-respond koa-conditional-get
    koa-etag koa-response-time koa-ratelimit koa-validate koa-send koa-pino-logger koa-morgan
    koa-mount koa-range koa-favicon koa2-swagger-ui koa-parameter koa-multer @koa/multer
    koa-passport.initialize koa-passport.session koa-jwt.unless koa-qs koa-timeout
    koa-x-request-id koa-better-body koa-camelcase-keys koa-useragent koa2-cors koa2-ratelimit
    hono/logger hono/cors hono/pretty-json hono/secure-headers hono/etag hono/cache
    hono/compress hono/csrf hono/timing hono/request-id hono/body-limit hono/trailing-slash
    hono/powered-by hono/validator hono/timeout hono/context-storage hono/language
    hono/method-override hono/jsx-renderer hono/pretty hono/cloudflare-workers hono/serve-static
    @hono/zod-validator @hono/node-server @hono/swagger-ui @hono/sentry @hono/prometheus
    @hono/otel @hono/clerk-auth.clerkMiddleware @hono/valibot-validator @hono/arktype-validator
    @hono/standard-validator hono-rate-limiter hono-openapi hono-pino @fastify/ fastify-cors
    fastify-helmet fastify-swagger fastify-cookie fastify-jwt fastify-multipart
    fastify-rate-limit fastify-sensible fastify-static fastify-formbody fastify-auth
    fastify-mongodb fastify-postgres fastify-redis fastify-metrics fastify-type-provider-zod
    fastify-healthcheck under-pressure fastify-graceful-shutdown fastify-raw-body point-of-view
    fastify-compress fastify-session fastify-plugin fastify-print-routes fastify-boom
    fastify-error @nestjs/common @nestjs/swagger @nestjs/throttler @nestjs/core
    @nestjs/cache-manager @nestjs/platform-express @nestjs/terminus @nestjs/config
    class-validator class-transformer nestjs-zod @nestjs/platform-fastify @nestjs/typeorm
    @nestjs/mongoose @nestjs/graphql @nestjs/event-emitter nestjs-pino nestjs-i18n
    reflect-metadata typedi inversify koa-sslify express-validation
    """.split()
)
# Classes of errors that libraries answer with 401 or 403, by the last part of their names.
REFUSING_ERRORS = frozenset(
    "UnauthorizedException ForbiddenException PermissionDenied NotAuthenticated"
    " AuthenticationFailed NotAuthorizedException PermissionDeniedException Unauthorized"
    " Forbidden UnauthorizedError ForbiddenError HttpResponseForbidden HTTPUnauthorized"
    " HTTPForbidden".split()
)
# Names of statuses: `status.HTTP_401_UNAUTHORIZED`, `HttpStatus.FORBIDDEN`.
REFUSING_STATUSES = frozenset(
    "HTTP_401_UNAUTHORIZED HTTP_403_FORBIDDEN UNAUTHORIZED FORBIDDEN Unauthorized Forbidden"
    " HTTP_STATUS_UNAUTHORIZED HTTP_STATUS_FORBIDDEN".split()
)
# Who is calling, in the words of libraries: nobody, as long as no credentials came.
IDENTITIES = (
    "flask.session", "flask.g", "flask.request", "flask_login.current_user", "quart.session",
    "quart.g", "quart.request", "quart_auth.current_user", "flask_jwt_extended.get_jwt_identity",
    "flask_jwt_extended.current_user", "flask_security.current_user", "flask_jwt.current_identity",
    "flask_jwt_extended.get_current_user", "flask_jwt_extended.get_jwt",
    "flask_login.utils.current_user",
)  # fmt: skip


_ERROR_STATUS = lazy_pattern(
    r"HTTP_[45]\d\d_|BAD_REQUEST|UNPROCESSABLE_|NOT_FOUND|TOO_MANY_REQUESTS|INTERNAL_SERVER_ERROR"
    r"|CONFLICT|METHOD_NOT_ALLOWED|SERVICE_UNAVAILABLE|PAYLOAD_TOO_LARGE|NOT_IMPLEMENTED|GONE"
)


def is_error_status(name: str) -> bool:
    """Tell whether a name is that of a status that is neither 401 nor 403."""
    return name not in REFUSING_STATUSES and _ERROR_STATUS.match(name) is not None


def kind_of(name: str, call: Call | None) -> Kind | None:
    """Return what something of a library is, None if it is not known."""
    for known in (name, f"{name.rpartition('().')[0]}()"):
        if known in _GUARDS and known != "()":
            return _unless_off(known, _GUARDS[known], call)
    if _is_neutral(name):
        return "neutral"
    for known, switch in _GUARDS.items():
        if known.endswith(".") and name.startswith(known):
            return _unless_off(known, switch, call)
    return None


def kind_of_made(made: LibraryObject, _program: object = None) -> Kind | None:
    """Return what a call of a library made; one that a callback decides is judged by that."""
    name = made.name.removesuffix("().unless")
    return kind_of(name, made.call if name == made.name else None)


@lru_cache(maxsize=4096)
def _is_neutral(name: str) -> bool:
    return any(name == neutral or name.startswith(_beginning(neutral)) for neutral in _NEUTRAL)


def _beginning(neutral: str) -> str:
    """Return what a name of a library begins with: `cors` is no beginning of `corsair`."""
    return neutral if neutral.endswith((".", "/")) else f"{neutral}."


def _unless_off(name: str, switch: tuple[str, object] | None, call: Call | None) -> Kind:
    if call is None:
        return "guard"
    if name in _BY_STRATEGY:
        return _by_strategy(call)
    if switch is None:
        return "guard"
    key, off = switch
    value = call.value(None, key) if key in call.keywords else _option(call, key)
    if value is None:
        return "unknown" if key in call.keywords else "guard"
    return "neutral" if value == off else "guard"


def _option(call: Call, key: str) -> Value:
    for value in call.values():
        if isinstance(value, dict) and key in value:
            return value[key]
    return None


def _by_strategy(call: Call) -> Kind:
    """Judge `authenticate("jwt")` by its strategies."""
    if not call.arguments:
        return "unknown"
    strategies = call.value(0)
    names = strategies if isinstance(strategies, list) else [strategies]
    if not all(isinstance(name, str) for name in names):
        return "unknown"
    if "anonymous" in names:
        return "neutral"
    return "unknown" if any(name.lower().startswith(tuple(_SIGN_IN)) for name in names) else "guard"


def is_identity(name: str) -> bool:
    """Tell whether something of a library is who is calling, or a part of it."""
    return any(name == known or name.startswith((f"{known}.", f"{known}(")) for known in IDENTITIES)


def refuses_by_name(value: Value) -> bool:
    """Tell whether something of a library is an error, or a status, of 401 or 403."""
    if isinstance(value, LibraryObject | External):
        last = value.name.rsplit(".", 1)[-1]
        return last in REFUSING_ERRORS or last in REFUSING_STATUSES
    return False

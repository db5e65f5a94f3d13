from litestar.exceptions import NotAuthorizedException


def requires_auth(connection, handler):
    if not connection.user:
        raise NotAuthorizedException()

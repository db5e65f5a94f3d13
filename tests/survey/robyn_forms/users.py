from robyn import SubRouter

users = SubRouter(prefix="/users")
nobody = SubRouter(prefix="/nobody")


@users.get("/")
def all_users(request):
    return []


@users.options("/:id")
def options(request):
    return ""


@nobody.get("/here")
def here(request):
    return ""

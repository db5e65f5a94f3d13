from base import BaseHandler

_name = r"(?P<name>[\w-]+)"


class UserHandler(BaseHandler):
    def get(self, name):
        self.write(name)


class UsersHandler(BaseHandler):
    def get(self):
        self.write("[]")

    def post(self):
        self.write("{}")


default_handlers = [
    (r"/users", UsersHandler),
    (rf"/users/{_name}", UserHandler),
    (
        r"/users/%s/tokens" % _name,
        UserHandler,
    ),
]

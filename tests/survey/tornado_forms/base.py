from tornado.web import RequestHandler


class BaseHandler(RequestHandler):
    def options(self, *args):
        self.set_status(204)

    def get_current_user(self):
        return self.get_secure_cookie("user")

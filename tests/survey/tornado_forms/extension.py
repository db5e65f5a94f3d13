from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
import tornado


class RouteHandler(APIHandler):
    @tornado.web.authenticated
    def get(self):
        self.finish("{}")


def setup_handlers(web_app):
    base_url = web_app.settings["base_url"]
    pattern = url_path_join(base_url, "extension", "hello")
    web_app.add_handlers(".*$", [(pattern, RouteHandler)])


class PlainHandler(APIHandler):
    def post(self):
        self.finish("{}")


handlers = [("/nobody/takes", PlainHandler)]


class Changing:
    def init(self):
        own = [("/changed", PlainHandler)]
        for index, one in enumerate(own):
            own[index] = (url_path_join(self.prefix, one[0]), one[1])
        self.app = tornado.web.Application(own)
        self.app.listen(1)


def add_handlers(handlers, application):
    handlers.append((url_path_join(application.url, "appended"), PlainHandler))
    handlers.extend([("/extended", RouteHandler)])
    handlers.append(("text", application))

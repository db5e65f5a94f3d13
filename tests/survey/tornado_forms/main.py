import tornado.ioloop
import tornado.web
from tornado.routing import HostMatches, PathMatches, Rule
from tornado.web import Application, RequestHandler, URLSpec, url

import api
from base import BaseHandler
from chat import ChatSocket
from users import UserHandler, default_handlers


class MainHandler(tornado.web.RequestHandler):
    def get(self):
        self.write("hello")


class ItemHandler(BaseHandler):
    async def get(self, item_id):
        self.write(item_id)

    async def post(self, item_id):
        self.write(item_id)

    put = patch = post


class Nothing(BaseHandler):
    def prepare(self):
        raise tornado.web.HTTPError(404)


def make_app():
    handlers = [
        (r"/", MainHandler),
        (r"/items/(\d+)", ItemHandler),
        (r"/users/(?P<name>[^/]+)/items/([0-9]{1,4})$", ItemHandler, dict(db=1)),
        url(r"/story/([0-9]+)", MainHandler, name="story"),
        URLSpec(r"/spec/?", MainHandler),
        tornado.web.url("^/old/?$", tornado.web.RedirectHandler, {"url": "/"}),
        (r"/static/(.*)", tornado.web.StaticFileHandler, {"path": "static"}),
        (r"/chat", ChatSocket),
        (r"/named", "users.UserHandler"),
        (r".*", Nothing),
    ]
    handlers += default_handlers
    handlers.extend(api.default_handlers)
    handlers.append((r"/v%s/me" % 2, MainHandler))
    handlers.append((r"/%s/me" % "team", MainHandler))
    handlers.append((PREFIX + r"/unknown", MainHandler))
    return tornado.web.Application(handlers, debug=True)


class AdminHandler(RequestHandler):
    def delete(self, key):
        self.write(key)

    def head(self, key):
        self.set_status(200)


class Admin(Application):
    def __init__(self, db):
        routes = [(r"/admin/(?:keys|ids)/(\w+)", AdminHandler)]
        super().__init__(routes, debug=True)


def long_one(settings):
    first = settings["first"]
    second = settings["second"]
    third = settings["third"]
    fourth = settings["fourth"]
    fifth = settings["fifth"]
    sixth = settings["sixth"]
    seventh = settings["seventh"]
    eighth = [first, second, third, fourth, fifth, sixth, seventh]
    rules = [(HostMatches("example.com"), [(r"/hosted", MainHandler)])]
    return tornado.web.Application(rules, values=eighth)


class Older(tornado.web.Application):
    def __init__(self):
        tornado.web.Application.__init__(self, [(r"/older/(.+)", AdminHandler)])


def main():
    app = make_app()
    app.add_handlers(r"(localhost|127\.0\.0\.1)", [(r"/local", MainHandler)])
    app.listen(8888)
    other = Application([(r"/other", MainHandler), Rule(PathMatches("/rule"), MainHandler)])
    other.listen(8889)
    tornado.ioloop.IOLoop.current().start()

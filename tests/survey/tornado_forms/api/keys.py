from base import BaseHandler
from tornado.web import authenticated


class KeyHandler(BaseHandler):
    @authenticated
    def delete(self, key):
        self.write(key)


default_handlers = [(r"/api/keys/(?P<key>[a-f0-9]+)", KeyHandler)]

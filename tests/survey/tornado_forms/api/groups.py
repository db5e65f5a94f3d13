from base import BaseHandler


class GroupHandler(BaseHandler):
    def get(self, group):
        self.write(group)


default_handlers = [(r"/api/groups/([^/]+)", GroupHandler)]

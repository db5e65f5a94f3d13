import cherrypy
from cherrypy import expose

from parts import Base, Books, Deep


class Users:
    @cherrypy.expose
    def index(self):
        return "users"

    @cherrypy.expose
    @cherrypy.tools.json_out()
    def all(self):
        return []

    @cherrypy.expose
    @cherrypy.tools.allow(methods=["POST", "PUT"])
    def make(self, name):
        return name

    def hidden(self):
        return "no"


class Admin(object):
    @expose
    def keys(self):
        return ""

    def older(self):
        return ""

    older.exposed = True


class Root(Base):
    admin = Admin()
    _private = Admin()

    def __init__(self):
        self.users = Users()
        self.users.deep = Deep()

    @cherrypy.expose
    def index(self):
        return "hello"

    @cherrypy.expose
    def about(self, name="x"):
        return name

    @cherrypy.expose
    def default(self, *parts):
        return "anything"


class Unknown:
    @cherrypy.expose
    def somewhere(self):
        return ""


if __name__ == "__main__":
    root = Root()
    root.more = Deep()
    cherrypy.tree.mount(root, "/shop", {"/": {"tools.sessions.on": True}})
    cherrypy.tree.mount(
        Books(), "/api", {"/": {"request.dispatch": cherrypy.dispatch.MethodDispatcher()}}
    )
    cherrypy.tree.mount(Unknown(), cherrypy.config["base"])
    cherrypy.quickstart(Admin(), "/")

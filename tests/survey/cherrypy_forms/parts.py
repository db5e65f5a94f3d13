import cherrypy


class Base:
    @cherrypy.expose
    def health(self):
        return "ok"


class Deep:
    @cherrypy.expose
    def down(self):
        return ""


@cherrypy.expose
class Pages:
    @cherrypy.tools.json_out()
    def GET(self, page=None):
        return []

    def DELETE(self, page):
        return ""


class Books:
    exposed = True

    def __init__(self):
        self.pages = Pages()

    def GET(self, book=None):
        return []

    def POST(self):
        return ""

    def helper(self):
        return ""

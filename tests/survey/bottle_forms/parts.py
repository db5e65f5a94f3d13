from bottle import Bottle

inner = Bottle()
extra = Bottle()


class Site(Bottle):
    def __init__(self):
        super().__init__()
        self.route("/site", callback=self.index)
        self.route("/site/<name>", ["GET", "PUT"], self.index)

    def index(self, name=None):
        return ""


@inner.get("/deep")
def deep():
    return ""


@extra.post("/extra")
def more():
    return ""


site = Site()

class Images:
    def __init__(self, database):
        self.database = database

    def on_get(self, req, resp):
        resp.media = []

    def on_post(self, req, resp):
        resp.media = {}

    def on_get_image(self, req, resp, image_id):
        resp.media = {}

    def on_delete_image(self, req, resp, image_id):
        resp.media = {}


class Item:
    async def on_put(self, req, resp, item):
        resp.media = {}


class People:
    def on_get(self, req, resp, year, born):
        resp.media = {}

    on_options = on_get


class Base:
    def on_delete(self, req, resp, key):
        resp.media = {}

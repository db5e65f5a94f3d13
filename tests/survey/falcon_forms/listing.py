def on_get(req, resp):
    resp.media = []


def on_post(req, resp):
    resp.media = {}

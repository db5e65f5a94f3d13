from pyramid.view import view_config


def api_config(versions, **settings):
    def decorate(view):
        return view_config(**settings)(view)

    return decorate

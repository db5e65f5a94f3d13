from . import groups, keys

default_handlers = []
for module in (groups, keys):
    default_handlers.extend(module.default_handlers)

from homeassistant.components.http import HomeAssistantView

from homeassistant.core import HomeAssistant

API = "/api/component"


class Base(HomeAssistantView):
    requires_auth = True


class StateView(Base):
    url = f"{API}/states/{{entity_id}}"
    extra_urls = [API + "/all"]
    name = "api:component:state"

    async def get(self, request, entity_id=None):
        return self.json({})

    async def post(self, request, entity_id=None):
        return self.json({})


class ComputedView(HomeAssistantView):
    name = "api:component:computed"

    def __init__(self, url):
        self.url = url

    async def get(self, request):
        return self.json({})


async def async_setup(hass: HomeAssistant, config):
    hass.http.register_view(StateView())
    return True

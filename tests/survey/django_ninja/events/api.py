from ninja import Router

router = Router()


@router.get("/", response=list[str])
def listed(request): ...


@router.api_operation(["POST", "PATCH"], "/{int:event_id}")
def change(request, event_id: int): ...

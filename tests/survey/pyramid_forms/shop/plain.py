def plain_view(request):
    return {}

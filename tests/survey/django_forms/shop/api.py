from rest_framework import generics


class ListAPI(generics.ListCreateAPIView):
    pass


class DetailAPI(generics.RetrieveUpdateDestroyAPIView):
    pass

module github.com/acme/pets

require github.com/gorilla/mux v1.8.1

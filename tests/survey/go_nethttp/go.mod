module example.net/notes

go 1.23

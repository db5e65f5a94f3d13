module github.com/acme/rows

module github.com/acme/forms

go 1.22

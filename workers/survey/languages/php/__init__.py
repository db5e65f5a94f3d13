"""PHP: routes of Laravel, Lumen, Slim and Symfony, tables of their migrations and of Doctrine.

`expressions` and `source` turn a file into plain data: statements, and classes with their
attributes. `values` works out what an expression is worth; `laravel_*` follow a program of routes
as PHP would run it, `symfony_*` put classes and files of routes together.
"""

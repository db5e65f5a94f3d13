"""Elixir: routes of Phoenix and of Plug; tables of Ecto's migrations and schemas."""

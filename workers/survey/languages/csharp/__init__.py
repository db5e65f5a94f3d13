"""C#: routes of ASP.NET Core, Carter and FastEndpoints; tables of EF Core."""

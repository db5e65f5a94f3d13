using Carter;

namespace Shop;

public class TodoModule : ICarterModule
{
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        app.MapGet("/todos", () => 1);
        var group = app.MapGroup("/todos/{id}");
        group.MapDelete("", (int id) => id);
    }
}

public class UserModule : CarterModule
{
    public UserModule() : base("/users")
    {
        this.RequireAuthorization();
    }

    public override void AddRoutes(IEndpointRouteBuilder app)
    {
        app.MapPost("/", () => 1);
        app.MapPut<User>("/{id}", () => 1);
    }
}

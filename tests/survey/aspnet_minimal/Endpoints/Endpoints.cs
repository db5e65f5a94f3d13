namespace Shop.Endpoints;

public interface IEndpoint
{
    void MapEndpoint(IEndpointRouteBuilder app);
}

public class GetThing : IEndpoint
{
    public void MapEndpoint(IEndpointRouteBuilder app) =>
        app.MapGet("things/{id}", (int id) => id);
}

public class PutThing : IEndpoint
{
    public void MapEndpoint(IEndpointRouteBuilder app)
    {
        app.MapPut("things/{id}", (int id) => id);
    }
}

public static class EndpointExtensions
{
    public static IApplicationBuilder MapEndpoints(this WebApplication app, RouteGroupBuilder? group = null)
    {
        var endpoints = app.Services.GetRequiredService<IEnumerable<IEndpoint>>();
        IEndpointRouteBuilder builder = group is null ? app : group;
        foreach (IEndpoint endpoint in endpoints)
        {
            endpoint.MapEndpoint(builder);
        }
        return app;
    }

    public static RouteGroupBuilder MapTodos(this RouteGroupBuilder group)
    {
        group.MapGet("/", GetAll);
        group.MapPost("", Create);
        group.MapGroup("{id:int}").MapDelete("/", Delete);
        return group;
    }

    public static void MapCrud<T>(this IEndpointRouteBuilder routes, string prefix, string key = "{id:int}")
    {
        var group = routes.MapGroup(prefix);
        group.MapGet("", () => 1);
        group.MapGet(key, () => 1);
    }

    public static void MapNever(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/never", () => 1);
    }
}

public static class UserEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("{id}", () => 1)
            .WithName("user");
    }
}

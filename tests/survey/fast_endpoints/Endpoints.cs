using FastEndpoints;

namespace Shop;

public class Admin : Group
{
    public Admin()
    {
        Configure("admin", ep => ep.Description(x => x.WithTags("admin")));
    }
}

public class Users : SubGroup<Admin>
{
    public Users()
    {
        Configure("users", ep => { });
    }
}

public class ListUsers : EndpointWithoutRequest<List<User>>
{
    public override void Configure()
    {
        Get("/users", "/people");
        AllowAnonymous();
    }
}

public class CreateUser : Endpoint<CreateUserRequest, User>
{
    public override void Configure()
    {
        Post(CreateUserRequest.Route);
        Group<Users>();
        Version(2);
    }
}

public class CreateUserRequest
{
    public const string Route = "/new/{Kind}";
}

public class ManyVerbs : Ep.Req<CreateUserRequest>.NoRes
{
    public override void Configure()
    {
        Verbs(Http.PUT, Http.PATCH);
        Routes("/many/{@id}", r => new { r.Key });
    }
}

[HttpDelete("/users/{id:int}")]
public class DeleteUser : Endpoint<DeleteRequest>
{
    public override Task HandleAsync(DeleteRequest r, CancellationToken c) => Task.CompletedTask;
}

public class Bare : EndpointWithoutRequest
{
    public override void Configure()
    {
        RoutePrefixOverride("internal");
        Get("ping");
        AllowAnonymous();
    }
}

public abstract class Base<T> : Endpoint<T>
{
    public override void Configure() => Get("/never");
}

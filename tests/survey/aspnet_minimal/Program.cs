using Shop.Endpoints;

const string Version = "v1";
var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();

app.UsePathBase("/base");
app.MapGet("/", () => "Hello");
app.MapPost("/echo", async (HttpContext context) =>
{
    await context.Response.WriteAsync("x");
}).RequireAuthorization();
app.MapMethods("/options", new[] { "OPTIONS", HttpMethods.Head }, () => Results.Ok());
app.MapMethods("/both", ["GET", "PUT"], () => Results.Ok());
app.Map("/every", (HttpContext context) => Results.Ok());
app.MapHealthChecks("/healthz");
app.MapFallbackToFile("index.html");
app.Map("/branch", branch => branch.UseEndpoints(routes => routes.MapGet("/inner", () => 1)));

RouteGroupBuilder api = app.MapGroup("/api").MapGroup($"/{Version}").WithTags("all");
api.MapGet("items/{id:int}", GetItem);
api.MapGroup("/todos").MapTodos().RequireAuthorization();
var users = api.MapGroup("users");
UserEndpoints.Map(users);
api.MapCrud<Order>("/orders", "{key}");
api.MapCrud<Invoice>("/invoices");
if (app.Environment.IsDevelopment())
{
    app.MapDelete("/database", () => Results.NoContent());
}
MapLocal(app, "/local");
app.MapEndpoints(api);
app.MapGet(Settings.Computed(), () => 1);
app.MapPatch(pattern: "/named", handler: () => 1);
app.Run();

static string GetItem(int id) => "x";

static void MapLocal(IEndpointRouteBuilder routes, string path)
{
    routes.MapGet($"{path}/one", () => 1);
}

namespace Shop.Api;

public static class Routes
{
    private const string Base = "api";

    public static class Orders
    {
        public const string All = Base + "/orders";
        public const string One = $"{All}/{{id:guid}}";
    }
}

public class TenantRouteAttribute : RouteAttribute
{
    public TenantRouteAttribute(string template) : base("tenants/{tenant}/" + template) { }
}

namespace Shop.Old;

public class Startup
{
    public void Configure(IApplicationBuilder app, IWebHostEnvironment env)
    {
        app.UseRouting();
        app.UseEndpoints(endpoints =>
        {
            endpoints.MapGet("/old", async context => await context.Response.WriteAsync("x"));
            endpoints.MapControllers();
        });
    }
}

var app = WebApplication.CreateBuilder(args).Build();
app.MapGroup("/api").MapCarter();
app.Run();

using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using Ticketing.Api.Data;
using Ticketing.Api.Models;

namespace Ticketing.Api.Endpoints;

public static class OrderEndpoints
{
    private const decimal PricePerSeat = 25m;

    public static void MapOrders(this WebApplication app)
    {
        var orders = app.MapGroup("/api/orders").RequireAuthorization();
        orders.MapGet("/", ListAsync);
        orders.MapPost("/", PlaceAsync);
        orders.MapDelete("/{id:guid}", CancelAsync);
    }

    private static async Task<IResult> ListAsync(TicketContext db, ClaimsPrincipal user, int page = 1)
    {
        var mine = db.Orders.Where(o => o.AccountId == CallerOf(user)).OrderByDescending(o => o.PlacedAt);
        return Results.Ok(await mine.Skip((page - 1) * 50).Take(50).ToListAsync());
    }

    private static async Task<IResult> PlaceAsync(OrderInput input, TicketContext db, ClaimsPrincipal user)
    {
        var chosen = await db.Events.FindAsync(input.EventId);
        if (chosen is null)
        {
            return Results.NotFound();
        }
        var sold = await db.Orders.Where(o => o.EventId == chosen.Id).SumAsync(o => o.Seats);
        if (sold + input.Seats > chosen.Capacity)
        {
            return Results.Conflict(new { error = "sold out" });
        }
        var order = new Order
        {
            Id = Guid.NewGuid(),
            EventId = chosen.Id,
            AccountId = CallerOf(user),
            Seats = input.Seats,
            Total = input.Seats * PricePerSeat,
            PlacedAt = DateTimeOffset.UtcNow,
        };
        db.Orders.Add(order);
        await db.SaveChangesAsync();
        return Results.Created($"/api/orders/{order.Id}", order);
    }

    private static async Task<IResult> CancelAsync(Guid id, TicketContext db, ClaimsPrincipal user)
    {
        var gone = await db.Orders
            .Where(o => o.Id == id && o.AccountId == CallerOf(user))
            .ExecuteDeleteAsync();
        return gone == 0 ? Results.NotFound() : Results.NoContent();
    }

    private static int CallerOf(ClaimsPrincipal user) =>
        int.Parse(user.FindFirstValue(ClaimTypes.NameIdentifier)!);

    private static string Masked(string email) => email[..1] + "***";
}

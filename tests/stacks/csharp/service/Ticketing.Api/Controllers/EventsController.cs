using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.EntityFrameworkCore;
using Ticketing.Api.Data;
using Ticketing.Api.Models;

namespace Ticketing.Api.Controllers;

[ApiController]
[Route("api/[controller]")]
public class EventsController(TicketContext db) : ControllerBase
{
    [HttpGet]
    [OutputCache(Duration = 60)]
    public async Task<IActionResult> List()
    {
        var events = await db.Events.OrderBy(e => e.StartsAt).ToListAsync();
        var rows = new List<object>();
        foreach (var e in events)
        {
            var sold = await db.Orders.Where(o => o.EventId == e.Id).SumAsync(o => o.Seats);
            rows.Add(new { e.Id, e.Title, e.Venue, e.StartsAt, left = e.Capacity - sold });
        }
        return Ok(rows);
    }

    [HttpGet("{id:int}")]
    public async Task<ActionResult<Event>> Get(int id)
    {
        var found = await db.Events.FindAsync(id);
        return found is null ? NotFound() : found;
    }

    [HttpGet("search")]
    public async Task<IActionResult> Search([FromQuery] string q) =>
        Ok(await db.Events.FromSqlRaw($"SELECT * FROM events WHERE \"Title\" ILIKE '%{q}%'").ToListAsync());

    [HttpPost]
    [Authorize(Policy = "Organizer")]
    public async Task<IActionResult> Create(EventInput input)
    {
        var added = new Event
        {
            Title = input.Title,
            Venue = input.Venue,
            StartsAt = input.StartsAt,
            Capacity = input.Capacity,
            OrganizerId = int.Parse(User.FindFirstValue(ClaimTypes.NameIdentifier)!),
        };
        db.Events.Add(added);
        await db.SaveChangesAsync();
        return CreatedAtAction(nameof(Get), new { id = added.Id }, added);
    }

    [HttpDelete("{id:int}")]
    public async Task<IActionResult> Delete(int id)
    {
        var gone = await db.Events.Where(e => e.Id == id).ExecuteDeleteAsync();
        return gone == 0 ? NotFound() : NoContent();
    }
}

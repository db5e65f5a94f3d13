using System.ComponentModel.DataAnnotations;

namespace Ticketing.Api.Models;

public class Account
{
    public int Id { get; set; }

    [MaxLength(200)]
    public required string Email { get; set; }

    public required string PasswordHash { get; set; }

    [MaxLength(20)]
    public string Role { get; set; } = "customer";
}

public class Event
{
    public int Id { get; set; }

    [MaxLength(160)]
    public required string Title { get; set; }

    public string? Venue { get; set; }

    public DateTimeOffset StartsAt { get; set; }

    public int Capacity { get; set; }

    public int OrganizerId { get; set; }

    public Account Organizer { get; set; } = null!;

    public List<Order> Orders { get; set; } = [];
}

public class Order
{
    public Guid Id { get; set; }

    public int EventId { get; set; }

    public Event Event { get; set; } = null!;

    public int AccountId { get; set; }

    public int Seats { get; set; }

    public decimal Total { get; set; }

    public DateTimeOffset PlacedAt { get; set; }
}

public record EventInput(
    [Required, MaxLength(160)] string Title,
    string? Venue,
    DateTimeOffset StartsAt,
    [Range(1, 100_000)] int Capacity);

public record OrderInput(int EventId, int Seats);

public record Credentials(string Email, string Password);

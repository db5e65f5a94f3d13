using Microsoft.EntityFrameworkCore;
using Ticketing.Api.Models;

namespace Ticketing.Api.Data;

public class TicketContext(DbContextOptions<TicketContext> options) : DbContext(options)
{
    public DbSet<Account> Accounts => Set<Account>();

    public DbSet<Event> Events => Set<Event>();

    public DbSet<Order> Orders => Set<Order>();

    protected override void OnModelCreating(ModelBuilder model)
    {
        model.Entity<Account>(account =>
        {
            account.ToTable("accounts");
            account.HasIndex(a => a.Email).IsUnique();
        });
        model.Entity<Event>(e =>
        {
            e.ToTable("events");
            e.HasOne(x => x.Organizer).WithMany().HasForeignKey(x => x.OrganizerId);
        });
        model.Entity<Order>(order =>
        {
            order.ToTable("orders");
            order.Property(o => o.Total).HasPrecision(10, 2);
            order.HasOne(o => o.Event).WithMany(e => e.Orders).HasForeignKey(o => o.EventId);
        });
    }
}

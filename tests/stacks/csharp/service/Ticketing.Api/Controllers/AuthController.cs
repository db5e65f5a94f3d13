using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.EntityFrameworkCore;
using Ticketing.Api.Auth;
using Ticketing.Api.Data;
using Ticketing.Api.Models;

namespace Ticketing.Api.Controllers;

[ApiController]
[Route("api/auth")]
public class AuthController(TicketContext db, TokenIssuer tokens) : ControllerBase
{
    [HttpPost("register")]
    public async Task<IActionResult> Register(Credentials input)
    {
        if (await db.Accounts.AnyAsync(a => a.Email == input.Email))
        {
            return Conflict(new { error = "the e-mail has an account" });
        }
        var hash = BCrypt.Net.BCrypt.HashPassword(input.Password);
        db.Accounts.Add(new Account { Email = input.Email, PasswordHash = hash });
        await db.SaveChangesAsync();
        return StatusCode(StatusCodes.Status201Created);
    }

    [HttpPost("token")]
    [EnableRateLimiting("login")]
    public async Task<IActionResult> Token(Credentials input)
    {
        var account = await db.Accounts.SingleOrDefaultAsync(a => a.Email == input.Email);
        if (account is null || !BCrypt.Net.BCrypt.Verify(input.Password, account.PasswordHash))
        {
            return Unauthorized();
        }
        return Ok(new { token = tokens.Issue(account) });
    }
}

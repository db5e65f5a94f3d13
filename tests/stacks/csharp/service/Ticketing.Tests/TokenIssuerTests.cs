using System.IdentityModel.Tokens.Jwt;
using Microsoft.Extensions.Configuration;
using Ticketing.Api.Auth;
using Ticketing.Api.Models;
using Xunit;

namespace Ticketing.Tests;

public class TokenIssuerTests
{
    [Fact]
    public void A_token_names_the_role()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Jwt:Key"] = new string('k', 32),
            ["Jwt:Issuer"] = "ticketing",
        }).Build();
        var account = new Account { Id = 7, Email = "a@example.org", PasswordHash = "-", Role = "organizer" };

        var token = new JwtSecurityTokenHandler().ReadJwtToken(new TokenIssuer(configuration).Issue(account));

        Assert.Equal("organizer", token.Claims.Single(claim => claim.Type == "role").Value);
    }
}

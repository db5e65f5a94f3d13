using Microsoft.AspNetCore.Mvc;

namespace Shop.Api.Controllers;

[ApiController]
[Route("api/[controller]")]
public class UsersController : ControllerBase
{
    [HttpGet]
    public IActionResult List() => Ok();

    [HttpGet("{id:int}"), ProducesResponseType(200)]
    public IActionResult Get(int id) => Ok();

    [HttpPost(Name = "create-user")]
    public IActionResult Create() => Ok();

    [HttpPut("{id}")]
    [HttpPatch("{id}")]
    public IActionResult Change(int id) => Ok();

    [AcceptVerbs("GET", "HEAD", Route = "search/{**query}")]
    public IActionResult Search(string query) => Ok();

    [HttpDelete("~/admin/users/{id:regex(^\\d{{1,4}}$)}")]
    public IActionResult Remove(string id) => Ok();

    [HttpGet("/health")]
    public IActionResult Health() => Ok();

    [HttpGet]
    [Route("[action]/{page=1}")]
    public Task<IActionResult> PagedAsync(int page) => throw new();

    [HttpGet("a/" + nameof(Health))]
    public IActionResult Named() => Ok();

    [NonAction]
    public IActionResult Helper() => Ok();

    private IActionResult Hidden() => Ok();
}

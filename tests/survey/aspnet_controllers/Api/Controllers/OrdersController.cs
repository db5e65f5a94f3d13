using Microsoft.AspNetCore.Mvc;

namespace Shop.Api.Controllers;

[Route("v{version:apiVersion}/[controller]")]
public abstract class CrudController<T> : ControllerBase
{
    [HttpGet("{id?}")]
    public virtual T Find(string? id) => throw new();

    [HttpDelete("{id}")]
    public virtual void Delete(string id) { }
}

[ApiVersion("1.0")]
public class ProductsController : CrudController<Product>
{
    public override Product Find(string? id) => new();

    [HttpPost]
    public void Add() { }
}

[Route("old-categories")]
[Route("categories")]
public class CategoriesController : CrudController<Category>
{
    [NonAction]
    public override void Delete(string id) { }
}

public class OrdersController : Controller
{
    [HttpGet(Routes.Orders.All)]
    public void All() { }

    [HttpGet(Routes.Orders.One)]
    public void One(Guid id) { }

    [TenantRoute("orders")]
    [HttpPost]
    public void ForTenant(string tenant) { }

    [Route("orders/any")]
    public void Any() { }

    public IActionResult Index() => View();
}

[Area("Admin")]
[Route("[area]/[controller]/[action]")]
public class ReportsController : Controller
{
    public IActionResult Index() => View();

    [ActionName("top-ten")]
    [HttpGet]
    public IActionResult TopTen() => View();
}

[Route("api/outside")]
public class OutsideController : Some.Package.BaseController
{
    [HttpGet("x")]
    public void X() { }
}

public class UnknownController : Some.Package.BaseController
{
    [HttpGet("x/y")]
    public void X() { }
}

[NonController]
[Route("never")]
public class NeverController
{
    [HttpGet]
    public void X() { }
}

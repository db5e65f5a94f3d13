package shop.web;

import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.*;
import shop.api.*;

@Controller
@RequestMapping(path = {Routes.ORDERS, "/legacy/orders/"}, produces = "application/json")
public class OrderController {
    @GetMapping({"", "/"})
    @ResponseBody
    public String list() {
        return "";
    }

    @PostJson("import")
    public void importAll() {
    }

    @PutMapping("${api.prefix}/{orderId}/items/{itemId}")
    public void put() {
    }

    @GetMapping("${unknown.prefix}/status")
    public void status() {
    }

    @GetMapping("/files/{*path}")
    public void file() {
    }

    @GetMapping(Computed.PATH)
    public void computed() {
    }
}

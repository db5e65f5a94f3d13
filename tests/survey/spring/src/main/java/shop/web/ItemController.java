package shop.web;

import org.springframework.web.bind.annotation.*;
import shop.api.ApiController;
import shop.api.Routes;

@ApiController(Routes.BASE + Routes.Items.ROOT)
class ItemController {
    static class Paths {
        static final String STOCK = "/stock";
    }

    @GetMapping(Paths.STOCK)
    int stock() {
        return 0;
    }

    @RestController
    @RequestMapping("inner")
    static class Inner {
        @GetMapping("leaf")
        String leaf() {
            return "";
        }
    }

    @RequestMapping(path = "/any")
    void any() {
    }
}

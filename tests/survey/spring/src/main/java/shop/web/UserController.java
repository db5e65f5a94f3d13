package shop.web;

import static shop.api.Routes.BASE;

import org.springframework.web.bind.annotation.*;

@RestController
@RequestMapping(BASE + "/users")
public class UserController extends CrudController<String, Long> {
    @Override
    public String one(@PathVariable Long id) {
        return "";
    }

    @RequestMapping(value = {"/search", "/find/"}, method = {RequestMethod.GET, RequestMethod.POST})
    public String search() {
        return "";
    }

    @RequestMapping(BY_ID + "/friends")
    public String friends() {
        return "";
    }

    @PatchMapping(value = BY_ID)
    public void change() {
    }

    // @GetMapping("/old")
    public void old() {
    }
}

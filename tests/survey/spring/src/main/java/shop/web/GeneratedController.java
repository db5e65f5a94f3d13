package shop.web;

import org.springframework.web.bind.annotation.*;
import shop.generated.VetsApi;

@RestController
@RequestMapping("/vets")
public class GeneratedController implements VetsApi {
    @Override
    public String listVets() {
        return "";
    }
}

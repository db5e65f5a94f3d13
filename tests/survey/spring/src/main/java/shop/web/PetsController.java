package shop.web;

import org.springframework.web.bind.annotation.*;
import shop.api.PetsApi;

@RestController
public class PetsController implements PetsApi {
    @Override
    public void deletePet(Long petId) {
    }

    @Override
    @PutMapping("/pets")
    public String createPet(@RequestBody String pet) {
        return pet;
    }
}

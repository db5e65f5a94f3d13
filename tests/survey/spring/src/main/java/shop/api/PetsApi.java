package shop.api;

import java.util.List;
import org.springframework.web.bind.annotation.*;

@RequestMapping("${openapi.base-path:/pets-api}")
public interface PetsApi {
    @RequestMapping(method = RequestMethod.GET, value = "/pets", produces = {"application/json"})
    default List<String> listPets(@RequestParam(required = false) Integer limit) {
        return List.of();
    }

    @RequestMapping(
        method = RequestMethod.DELETE,
        value = "/pets/{petId}")
    void deletePet(@PathVariable("petId") Long petId);

    @PostMapping("/pets")
    String createPet(@RequestBody String pet);
}

package shop.web;

import java.util.List;
import org.springframework.web.bind.annotation.*;

public abstract class CrudController<T, ID> {
    protected static final String BY_ID = "/{id:[0-9]+}";

    @GetMapping
    public List<T> all() {
        return List.of();
    }

    @GetMapping(BY_ID)
    public T one(@PathVariable ID id) {
        return null;
    }

    @DeleteMapping(path = BY_ID)
    public void remove(@PathVariable ID id) {
    }
}

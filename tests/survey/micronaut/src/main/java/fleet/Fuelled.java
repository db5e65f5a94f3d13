package fleet;

import io.micronaut.http.annotation.Get;

public interface Fuelled {
    @Get("/{id}/fuel")
    String fuel(Long id);
}

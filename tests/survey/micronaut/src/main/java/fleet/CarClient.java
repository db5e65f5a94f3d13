package fleet;

import io.micronaut.http.annotation.Get;
import io.micronaut.http.client.annotation.Client;

@Client("/cars")
public interface CarClient {
    @Get("/remote")
    String remote();
}

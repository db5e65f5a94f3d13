package fleet;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.*;

@Controller("/cars")
public class CarController extends Counted implements Fuelled {
    static final String ID = "/{id}";

    @Get
    public HttpResponse<?> index() {
        return HttpResponse.ok();
    }

    @Get(ID)
    public String show(Long id) {
        return "";
    }

    @Get("/search{?make,model*}")
    public String search() {
        return "";
    }

    @Get(uris = {"/red", "/rouge"})
    public String red() {
        return "";
    }

    @Post(value = "/", consumes = "application/json")
    public void save(@Body String car) {
    }

    @Put(uri = "/{id:[0-9]+}")
    public void update(Long id) {
    }

    @Delete("/{id}/wheels/{wheel}")
    public void remove(Long id, int wheel) {
    }

    @Patch("/archive{/year}")
    public void archive(Integer year) {
    }

    @Override
    public String fuel(Long id) {
        return "";
    }
}

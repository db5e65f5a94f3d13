package fleet;

import io.micronaut.http.annotation.Head;

abstract class Counted {
    @Head("/count")
    public void count() {
    }
}

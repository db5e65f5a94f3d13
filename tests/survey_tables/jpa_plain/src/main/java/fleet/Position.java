package fleet;

import javax.persistence.Column;
import javax.persistence.Embeddable;

@Embeddable
public class Position {
    @Column(name = "lat")
    double latitude;
    double longitude;
}

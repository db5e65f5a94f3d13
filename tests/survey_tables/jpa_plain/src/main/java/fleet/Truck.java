package fleet;

import javax.persistence.*;

@Entity
@PrimaryKeyJoinColumn(name = "truckId")
public class Truck extends Vehicle {
    private Integer loadKg;
}

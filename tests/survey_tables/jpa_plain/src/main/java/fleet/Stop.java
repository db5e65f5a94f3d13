package fleet;

import javax.persistence.*;

@Entity
public class Stop {
    @Id
    Long id;
    @ManyToOne
    @JoinColumns({
        @JoinColumn(name = "trip_truck", referencedColumnName = "truckNo"),
        @JoinColumn(name = "trip_day", referencedColumnName = "day")
    })
    Trip trip;
    @ManyToOne
    @JoinColumn(name = "elsewhere_id", foreignKey = @ForeignKey(ConstraintMode.NO_CONSTRAINT))
    Pump pump;
}

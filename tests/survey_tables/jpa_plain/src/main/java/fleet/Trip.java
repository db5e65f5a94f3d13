package fleet;

import java.io.Serializable;
import java.time.LocalDate;
import java.util.*;
import javax.persistence.*;

@Entity
@IdClass(Trip.Key.class)
@Table(indexes = @Index(name = "trip_day", columnList = "day"))
public class Trip implements Serializable {
    @Id
    @ManyToOne
    @JoinColumn(name = "truckNo")
    private Truck truck;
    @Id
    private LocalDate day;
    private List<String> unmapped;

    public static class Key implements Serializable {
        Long truck;
        LocalDate day;
    }
}

package fleet;

import java.util.*;
import javax.persistence.*;

@Entity
@Inheritance(strategy = InheritanceType.JOINED)
public abstract class Vehicle {
    @Id
    private Long vehicleId;

    @Column(unique = true, nullable = false)
    private String plateNumber;

    @ManyToOne(targetEntity = Depot.class)
    private Place homeDepot;

    @ElementCollection
    private List<String> colors;

    @ManyToMany
    private Set<Depot> visited;
}

package fleet;

import javax.persistence.*;

@Entity
@Table(name = "`Depots`")
@AttributeOverride(name = "streetName", column = @Column(name = "street"))
public class Depot extends Place {
    @Column(name = "Capacity_Total", nullable = true)
    private Integer capacity;
    static int count;
}

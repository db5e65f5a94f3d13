package fleet;

import io.quarkus.hibernate.orm.panache.PanacheEntity;
import javax.persistence.*;

@Entity
@Table(schema = "public", name = "tank")
public class Tank extends PanacheEntity {
    public double fillLevel;
    @OneToOne(mappedBy = "tank")
    public Pump pump;
    @Embedded
    public Position position;
}

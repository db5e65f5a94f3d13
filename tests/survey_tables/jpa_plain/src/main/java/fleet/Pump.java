package fleet;

import javax.persistence.*;

@Entity
public class Pump extends External {
    @Id
    public String serial;
    @OneToOne(optional = false)
    @MapsId
    public Tank tank;
}

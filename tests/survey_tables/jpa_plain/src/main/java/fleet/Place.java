package fleet;

import javax.persistence.*;

@Entity
@Inheritance(strategy = InheritanceType.TABLE_PER_CLASS)
public abstract class Place {
    @Id
    @GeneratedValue
    private int id;

    private String streetName;
}

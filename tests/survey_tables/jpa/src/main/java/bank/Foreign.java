package bank;

import jakarta.persistence.*;

@Entity
@Table(name = Elsewhere.NAME)
public class Foreign {
    @Id
    private Long id;
}

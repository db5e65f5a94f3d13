package bank;

import jakarta.persistence.*;
import java.math.BigDecimal;
import org.hibernate.annotations.*;

@Entity
@Table(name = "BankAccount")
@Inheritance(strategy = InheritanceType.SINGLE_TABLE)
@DiscriminatorColumn(name = "kind")
public class Account extends BaseEntity<Long> {
    @ManyToOne
    @JoinColumn(name = "customer_id", nullable = false)
    @OnDelete(action = OnDeleteAction.CASCADE)
    private Customer customer;

    @Column(precision = 19, scale = 2)
    @ColumnDefault("0")
    private BigDecimal balance;

    @Formula("balance * 2")
    private BigDecimal twice;
}

package bank;

import jakarta.persistence.*;

@Entity
@DiscriminatorValue("S")
public class Savings extends Account {
    private double interestRate;
}

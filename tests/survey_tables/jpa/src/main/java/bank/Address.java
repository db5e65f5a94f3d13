package bank;

import jakarta.persistence.*;

@Embeddable
public class Address {
    private String street;
    @Column(length = 10)
    private String zipCode;
    private String city;
}

package bank;

import jakarta.persistence.*;
import java.util.*;

@Entity
public class Tag {
    @Id
    @Column(name = "tagCode")
    private String code;

    @ManyToMany(mappedBy = "tags")
    private Set<Customer> customers;

    @ManyToOne(fetch = FetchType.LAZY, optional = false)
    private Tag parentTag;
}

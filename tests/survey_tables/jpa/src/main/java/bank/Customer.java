package bank;

import jakarta.persistence.*;
import jakarta.validation.constraints.NotNull;
import java.util.*;

@Entity
@Table(
    name = "customers",
    schema = BaseEntity.SCHEMA,
    uniqueConstraints = @UniqueConstraint(name = "uk_customer_mail", columnNames = {"email", "tenantId"}),
    indexes = {
        @Index(name = "ix_customer_name", columnList = "lastName, first_name DESC"),
        @Index(columnList = "email", unique = true)
    })
public class Customer extends BaseEntity<Long> {
    private static final int LIMIT = 3;

    @Column(name = "email", nullable = false, unique = true, length = 120)
    private String email;

    private String firstName;

    @NotNull
    private String lastName;

    @Enumerated(EnumType.STRING)
    private Status status;

    private Long tenantId;

    @Column(columnDefinition = "text")
    private String notes;

    @Embedded
    private Address home;

    @Embedded
    @AttributeOverrides({
        @AttributeOverride(name = "street", column = @Column(name = "work_street")),
        @AttributeOverride(name = "zipCode", column = @Column(name = "work_zip", nullable = false)),
        @AttributeOverride(name = "city", column = @Column(name = "work_city"))
    })
    private Address work;

    @OneToMany(mappedBy = "customer")
    private List<Account> accounts = new ArrayList<>();

    @ElementCollection
    @CollectionTable(name = "customer_phones", joinColumns = @JoinColumn(name = "customer_id"))
    @Column(name = "phone", nullable = false)
    private Set<String> phones;

    @ManyToMany
    @JoinTable(
        name = "customer_tags",
        joinColumns = @JoinColumn(name = "customer_id"),
        inverseJoinColumns = @JoinColumn(name = "tag_id"))
    private Set<Tag> tags;

    @OneToMany
    @JoinColumn(name = "customerId", nullable = false)
    private List<Attachment> attachments;

    public enum Status { OPEN, CLOSED }
}

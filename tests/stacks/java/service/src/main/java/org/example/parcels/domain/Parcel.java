package org.example.parcels.domain;

import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.Table;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

@Entity
@Table(name = "parcels")
public class Parcel {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    @Column(nullable = false, unique = true, length = 12)
    private String code;

    @ManyToOne
    @JoinColumn(name = "courier_id")
    private Courier courier;

    @Column(nullable = false, length = 200)
    private String recipient;

    @Column(name = "weight_kg", nullable = false)
    private BigDecimal weightKg;

    @Column(nullable = false, length = 20)
    private String status = "HANDED_IN";

    @Column(name = "created_at", nullable = false)
    private Instant createdAt = Instant.now();

    @Column(name = "delivered_at")
    private Instant deliveredAt;

    @OneToMany(mappedBy = "parcel", cascade = CascadeType.ALL)
    @OrderBy("scannedAt")
    private List<Scan> scans = new ArrayList<>();

    protected Parcel() { }

    public Parcel(String code, String recipient, BigDecimal weightKg) {
        this.code = code;
        this.recipient = recipient;
        this.weightKg = weightKg;
    }

    public void deliver() {
        status = "DELIVERED";
        deliveredAt = Instant.now();
    }

    public Long getId() { return id; }

    public String getCode() { return code; }

    public Courier getCourier() { return courier; }

    public void setCourier(Courier courier) { this.courier = courier; }

    public String getRecipient() { return recipient; }

    public BigDecimal getWeightKg() { return weightKg; }

    public String getStatus() { return status; }

    public List<Scan> getScans() { return scans; }
}

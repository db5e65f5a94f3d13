package org.example.parcels.domain;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.time.Instant;

@Entity
@Table(name = "scans")
public class Scan {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    @ManyToOne(fetch = FetchType.LAZY)
    @JoinColumn(name = "parcel_id", nullable = false)
    private Parcel parcel;

    @Column(nullable = false, length = 120)
    private String place;

    @Column(name = "scanned_at", nullable = false)
    private Instant scannedAt = Instant.now();

    protected Scan() { }

    public Scan(Parcel parcel, String place) {
        this.parcel = parcel;
        this.place = place;
    }

    public String getPlace() { return place; }

    public Instant getScannedAt() { return scannedAt; }
}

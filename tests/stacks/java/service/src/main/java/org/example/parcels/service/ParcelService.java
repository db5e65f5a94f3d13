package org.example.parcels.service;

import java.math.BigDecimal;
import java.util.List;
import java.util.NoSuchElementException;
import org.example.parcels.domain.CourierRepository;
import org.example.parcels.domain.Parcel;
import org.example.parcels.domain.ParcelRepository;
import org.example.parcels.domain.Scan;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.client.RestTemplate;

@Service
public class ParcelService {

    private static final int MOST_OPEN = 40;

    private final ParcelRepository parcels;
    private final CourierRepository couriers;
    private final RestTemplate notifier = new RestTemplate();

    public ParcelService(ParcelRepository parcels, CourierRepository couriers) {
        this.parcels = parcels;
        this.couriers = couriers;
    }

    public record Summary(String code, String status, int scans) { }

    @Transactional(readOnly = true)
    public List<Summary> withStatus(String status) {
        return parcels.findByStatus(status).stream()
            .map(p -> new Summary(p.getCode(), p.getStatus(), p.getScans().size()))
            .toList();
    }

    public Parcel byCode(String code) {
        return parcels.findByCode(code).orElseThrow(() -> new NoSuchElementException(code));
    }

    @Transactional
    public Parcel handIn(String code, String recipient, BigDecimal weightKg) {
        return parcels.save(new Parcel(code, recipient, weightKg));
    }

    @Transactional
    public Parcel assign(String code, long courierId) {
        Parcel parcel = byCode(code);
        if (parcels.countOpen(courierId) >= MOST_OPEN) {
            throw new IllegalStateException("courier has too many parcels");
        }
        parcel.setCourier(couriers.getReferenceById(courierId));
        return parcel;
    }

    @Transactional
    public void scan(String code, String place, boolean delivered) {
        Parcel parcel = byCode(code);
        parcel.getScans().add(new Scan(parcel, place));
        if (delivered) {
            parcel.deliver();
            notifier.postForLocation("http://notify.internal/parcels/" + code, null);
        }
    }

    @Transactional
    public void remove(String code) {
        parcels.delete(byCode(code));
    }

    private static String normalised(String code) {
        return code.strip().toUpperCase();
    }
}

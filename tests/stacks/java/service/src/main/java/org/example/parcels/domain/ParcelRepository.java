package org.example.parcels.domain;

import java.util.List;
import java.util.Optional;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Query;

public interface ParcelRepository extends JpaRepository<Parcel, Long> {

    Optional<Parcel> findByCode(String code);

    List<Parcel> findByStatus(String status);

    @Query("select count(p) from Parcel p where p.courier.id = :courierId and p.status <> 'DELIVERED'")
    long countOpen(long courierId);
}

package org.example.parcels.domain;

import java.util.Optional;
import org.springframework.data.jpa.repository.JpaRepository;

public interface CourierRepository extends JpaRepository<Courier, Long> {

    Optional<Courier> findByLoginAndActiveTrue(String login);
}

package org.example.parcels.domain;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

@Entity
@Table(name = "couriers")
public class Courier {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    @Column(nullable = false, unique = true, length = 60)
    private String login;

    @Column(name = "password_hash", nullable = false, length = 100)
    private String passwordHash;

    private boolean active = true;

    public Long getId() { return id; }

    public String getLogin() { return login; }

    public String getPasswordHash() { return passwordHash; }

    public boolean isActive() { return active; }
}

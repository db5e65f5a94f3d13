package org.example.parcels.web;

import java.util.Map;
import org.example.parcels.domain.CourierRepository;
import org.example.parcels.security.Tokens;
import org.springframework.http.HttpStatus;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

@RestController
public class AuthController {

    private final CourierRepository couriers;
    private final PasswordEncoder encoder;
    private final Tokens tokens;

    public AuthController(CourierRepository couriers, PasswordEncoder encoder, Tokens tokens) {
        this.couriers = couriers;
        this.encoder = encoder;
        this.tokens = tokens;
    }

    record Login(String login, String password) { }

    @PostMapping("/api/auth/login")
    public Map<String, String> login(@RequestBody Login in) {
        return couriers.findByLoginAndActiveTrue(in.login())
            .filter(courier -> encoder.matches(in.password(), courier.getPasswordHash()))
            .map(courier -> Map.of("token", tokens.issue(courier.getLogin())))
            .orElseThrow(() -> new ResponseStatusException(HttpStatus.UNAUTHORIZED));
    }
}

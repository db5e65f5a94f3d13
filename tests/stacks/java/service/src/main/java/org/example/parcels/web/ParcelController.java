package org.example.parcels.web;

import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.util.List;
import org.example.parcels.service.ParcelService;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

import static java.util.concurrent.TimeUnit.SECONDS;

@RestController
@RequestMapping("/api/parcels")
public class ParcelController {

    private final ParcelService parcels;

    public ParcelController(ParcelService parcels) {
        this.parcels = parcels;
    }

    record HandIn(@NotBlank @Size(min = 12, max = 12) String code, @NotBlank String recipient,
                  @DecimalMin("0.01") BigDecimal weightKg) { }

    record Assign(long courierId) { }

    record ScanIn(String place, boolean delivered) { }

    record Tracked(String code, String status) { }

    @GetMapping
    public List<ParcelService.Summary> list(@RequestParam(defaultValue = "HANDED_IN") String status) {
        return parcels.withStatus(status);
    }

    @GetMapping("/{code}")
    public ResponseEntity<Tracked> track(@PathVariable String code) {
        var parcel = parcels.byCode(code);
        return ResponseEntity.ok()
            .cacheControl(CacheControl.maxAge(30, SECONDS))
            .body(new Tracked(parcel.getCode(), parcel.getStatus()));
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    public Tracked handIn(@Valid @RequestBody HandIn in) {
        var parcel = parcels.handIn(in.code(), in.recipient(), in.weightKg());
        return new Tracked(parcel.getCode(), parcel.getStatus());
    }

    @PutMapping("/{code}/courier")
    public Tracked assign(@PathVariable String code, @RequestBody Assign in) {
        var parcel = parcels.assign(code, in.courierId());
        return new Tracked(parcel.getCode(), parcel.getStatus());
    }

    @PostMapping("/{code}/scans")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    public void scan(@PathVariable String code, @RequestBody ScanIn in) {
        parcels.scan(code, in.place(), in.delivered());
    }

    @DeleteMapping("/{code}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    public void remove(@PathVariable String code) {
        parcels.remove(code);
    }
}

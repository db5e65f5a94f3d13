package org.example.parcels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import org.example.parcels.domain.Parcel;
import org.junit.jupiter.api.Test;

class ParcelTest {

    @Test
    void deliveringChangesTheStatus() {
        Parcel parcel = new Parcel("AB1234567890", "Ada Lovelace", new BigDecimal("1.20"));
        parcel.deliver();
        assertEquals("DELIVERED", parcel.getStatus());
    }
}

package bank;

import jakarta.persistence.*;
import java.io.Serializable;
import java.util.*;

@Entity
public class AccountEntry {
    @EmbeddedId
    private Key key;

    @MapsId("accountId")
    @ManyToOne
    private Account account;

    @OneToMany
    private List<Receipt> receipts;

    @Embeddable
    public static class Key implements Serializable {
        private Long accountId;
        private Integer lineNumber;
    }
}

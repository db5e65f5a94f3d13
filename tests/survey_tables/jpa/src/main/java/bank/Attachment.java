package bank;

import jakarta.persistence.*;
import java.util.UUID;

@Entity
@Table(name = Names.ATTACHMENTS)
public class Attachment {
    @Id
    private UUID uuid;

    @Lob
    private byte[] content;

    @OneToOne
    @JoinColumn(name = "owner_code", referencedColumnName = "tagCode", unique = true)
    private Tag owner;
}

package bank;

import jakarta.persistence.*;

@Entity(name = "PaperReceipt")
public class Receipt {
    private Long id;
    private String scanURL;
    private boolean printed;

    @Id
    @GeneratedValue
    public Long getId() {
        return id;
    }

    @Column(name = "scan_url")
    public String getScanURL() {
        return scanURL;
    }

    public boolean isPrinted() {
        return printed;
    }

    @Transient
    public String getTitle() {
        return "";
    }
}

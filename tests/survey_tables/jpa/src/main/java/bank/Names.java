package bank;

final class Names {
    static final String PREFIX = "t_";
    static final String ATTACHMENTS = PREFIX + "attachment";
}

package shop.api;

public final class Routes {
    public static final String BASE = "/api";
    public static final String ORDERS = BASE + "/orders";

    public interface Items {
        String ROOT = "/items";
    }
}

package lib;

public class LoanService implements LoanApi {
    @Override
    public String loan(long id) {
        return "";
    }

    @Override
    public String lend(String loan) {
        return "";
    }

    @Override
    public void check() {
    }
}

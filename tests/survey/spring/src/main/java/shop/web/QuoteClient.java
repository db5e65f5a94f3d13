package shop.web;

import org.springframework.web.service.annotation.*;

@HttpExchange("/quotes")
public interface QuoteClient {
    @GetExchange("/{id}")
    String quote(String id);
}

package shop.web;

import org.springframework.cloud.openfeign.FeignClient;
import org.springframework.web.bind.annotation.*;

@FeignClient(name = "stock", url = "http://stock")
public interface StockClient {
    @GetMapping("/stock/{id}")
    String stock(@PathVariable String id);
}

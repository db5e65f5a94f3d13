package shop.config;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.*;

@SpringBootApplication
@RestController
public class HealthController {
    public static void main(String[] args) {
        SpringApplication.run(HealthController.class, args);
    }

    @RequestMapping(value = "/health", method = {RequestMethod.GET, RequestMethod.HEAD})
    String health() {
        return "ok";
    }

    @GetMapping
    String root() {
        return "";
    }
}

package shop.api;

import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.rest.core.annotation.RepositoryRestResource;

@RepositoryRestResource(path = "stocks")
public interface StockRepository extends JpaRepository<Stock, Long> {
}

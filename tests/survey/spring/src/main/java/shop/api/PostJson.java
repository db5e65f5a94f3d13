package shop.api;

import java.lang.annotation.*;
import org.springframework.core.annotation.AliasFor;
import org.springframework.web.bind.annotation.*;

@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@RequestMapping(method = RequestMethod.POST, consumes = "application/json")
public @interface PostJson {
    @AliasFor(annotation = RequestMapping.class)
    String[] value() default {};
}

package old;

import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;

@Controller
@RequestMapping("/old/*")
public class OldController {
    @RequestMapping(value = "list.do", method = RequestMethod.GET)
    public String list() {
        return "list";
    }
}

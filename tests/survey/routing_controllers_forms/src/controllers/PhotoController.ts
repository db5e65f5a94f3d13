import { All, Controller, Get } from 'routing-controllers';
import * as rc from 'routing-controllers';

export abstract class Base {
  @Get('/version')
  version() { return '1'; }
}

@Controller()
export class PhotoController extends Base {
  @All('/photos')
  any() { return ''; }

  @rc.Get('/photos/latest')
  latest() { return ''; }
}

@Controller('/:lang/docs')
class DocsController {
  @Get('/:page')
  page() { return ''; }
}
export { DocsController };

import { get } from '@loopback/rest';

abstract class Versioned {
  @get('/version')
  version() { return '1'; }
}

export class VersionController extends Versioned {
  @get('/about')
  about() { return ''; }
}

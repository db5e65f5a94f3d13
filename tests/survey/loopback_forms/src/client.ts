import { get } from 'lodash';

function log(path: string) { return (target: object, key: string) => {}; }
class Client {
  @log('/not-a-route')
  call() { return get({}, 'a'); }
}
export { Client };

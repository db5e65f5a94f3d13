import * as Hapi from '@hapi/hapi';
enum Method { Get = 'GET' }
export function init(server: Hapi.Server, configs: object) {
  const controller = { get: () => 1 };
  server.bind(controller);
  server.route({ method: Method.Get, path: '/items/{id}', options: { handler: controller.get } });
}

const base = '/orders';

export default {
  type: 'content-api',
  routes: [
    { method: 'PUT', path: `${base}/:id/pay`, handler: 'api::order.order.pay' },
    { method: 'WRONG', path: '/no', handler: 'order.no' },
  ],
};

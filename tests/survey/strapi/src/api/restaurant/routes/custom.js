module.exports = {
  routes: [
    {
      method: 'GET',
      path: '/restaurants/near/:city',
      handler: 'restaurant.near',
      config: { auth: false },
    },
    { method: 'POST', path: '/restaurants/:id/rate', handler: 'restaurant.rate' },
  ],
}

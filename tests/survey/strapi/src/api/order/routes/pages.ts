export default { routes: [{ path: '/orders', component: Orders }] };
